//! Pages of the manual: their fenced blocks, tables and anchors.

/// The pages whose examples run.
pub(crate) const PAGES: [Page; 3] = [
    Page {
        name: "scenarios.md",
        text: include_str!("../../../docs/scenarios.md"),
    },
    Page {
        name: "expectations.md",
        text: include_str!("../../../docs/expectations.md"),
    },
    Page {
        name: "running.md",
        text: include_str!("../../../docs/running.md"),
    },
];
pub(crate) const PROTOCOL: &str = include_str!("../../../docs/protocol.md");

/// A page of the manual.
pub(crate) struct Page {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// A fenced block.
pub(crate) struct Block {
    /// The words behind the fence.
    pub(crate) info: String,
    pub(crate) text: String,
    /// The line of the fence, from 1.
    pub(crate) line: usize,
}

impl Page {
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (number, line) in (1..).zip(self.text.lines()) {
            match (line.strip_prefix("```"), &mut open) {
                (Some(info), None) => {
                    open = Some(Block {
                        info: info.to_owned(),
                        text: String::new(),
                        line: number,
                    });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a fence is not closed", self.name);
        blocks
    }

    /// The cells of all tables between this heading and the next, without their heads.
    pub(crate) fn rows(&self, heading: &str) -> Vec<Vec<&'static str>> {
        self.section(heading)
            .into_iter()
            .flatten()
            .filter(|row| row.first().is_some_and(|cell| cell.starts_with(['`', '['])))
            .collect()
    }

    /// The first column of the tables below a heading, without quotes.
    pub(crate) fn table(&self, heading: &str) -> Vec<&'static str> {
        let rows = self.rows(heading);
        rows.iter().map(|row| bare(row[0])).collect()
    }

    /// The first column of the table whose head begins with `head`.
    pub(crate) fn table_with(&self, heading: &str, head: &str) -> Vec<&'static str> {
        let tables = self.section(heading);
        let table = tables.iter().find(|table| table[0][0] == head);
        let table = table.unwrap_or_else(|| panic!("no table of `{head}` below `{heading}`"));
        table[2..].iter().map(|row| bare(row[0])).collect()
    }

    /// The tables below a heading, as rows of cells.
    pub(crate) fn section(&self, heading: &str) -> Vec<Vec<Vec<&'static str>>> {
        let title = |line: &str| {
            let line = line.trim_start_matches('#').trim();
            line.split(" <a")
                .next()
                .unwrap_or_default()
                .replace('`', "")
        };
        let mut lines = self
            .text
            .lines()
            .skip_while(|line| !(line.starts_with('#') && title(line) == heading));
        assert!(lines.next().is_some(), "{}: no `{heading}`", self.name);
        let mut tables: Vec<Vec<Vec<&str>>> = Vec::new();
        let mut is_inside = false;
        for line in lines.take_while(|line| !line.starts_with("## ")) {
            let is_row = line.starts_with('|');
            if is_row && !is_inside {
                tables.push(Vec::new());
            }
            is_inside = is_row;
            if let (true, Some(table)) = (is_row, tables.last_mut()) {
                table.push(line.trim_matches('|').split(" | ").map(str::trim).collect());
            }
        }
        tables
    }
}

impl Block {
    pub(crate) fn language(&self) -> &str {
        self.info.split(' ').next().unwrap_or_default()
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.info.split(' ').any(|other| other == word)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut words = self.info.split(' ').filter_map(|word| word.split_once('='));
        words
            .find(|(other, _)| *other == name)
            .map(|(_, value)| value)
    }

    /// The announced codes, sorted.
    pub(crate) fn codes(&self) -> Vec<&str> {
        let codes = self.value("codes");
        let mut codes: Vec<_> = codes
            .map(|codes| codes.split(',').collect())
            .unwrap_or_default();
        codes.sort_unstable();
        codes
    }
}

/// The names of calls: `sleep` of `sleep(ms)`.
pub(crate) fn called<'t>(cells: &[&'t str]) -> Vec<&'t str> {
    let name = |cell: &&'t str| cell.split('(').next().unwrap_or_default();
    cells.iter().map(name).collect()
}

/// The first quoted word of a cell.
pub(crate) fn bare(cell: &str) -> &str {
    cell.split('`').nth(1).unwrap_or(cell)
}

/// Whether a page has this anchor, of its own or that of a heading.
pub(crate) fn has_anchor(text: &str, anchor: &str) -> bool {
    let of_heading = |line: &str| {
        let title = line.trim_start_matches('#').trim();
        let letters = title.chars().filter_map(|letter| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            letter => letter
                .is_alphanumeric()
                .then(|| letter.to_ascii_lowercase()),
        });
        letters.collect::<String>()
    };
    text.contains(&format!("<a id=\"{anchor}\"></a>"))
        || text
            .lines()
            .filter(|line| line.starts_with('#') && !line.contains("<a"))
            .any(|line| of_heading(line) == anchor)
}
