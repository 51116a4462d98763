//! A middleman between two ends, who cuts connections at chosen bytes and keeps what went by.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

use super::{HERE, read, write};

/// A direction of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the end that connected.
    Forth,
    /// To the end that connected.
    Back,
}

/// A middleman. Lives as long as the set of tasks in which it was started.
#[derive(Clone, Debug)]
pub(super) struct Proxy {
    /// Where it listens.
    pub(super) address: SocketAddr,
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// Where the coming connections are cut, the last first: after so many bytes in this direction.
    cuts: Vec<(Direction, usize)>,
    /// How many connections were cut where they were to be.
    cut: usize,
    /// What each connection's first end said.
    recordings: Vec<Vec<u8>>,
    /// The byte to change: of which connection, at which place on the way forth.
    spoilt: Option<(usize, usize)>,
}

impl Proxy {
    /// Starts a middleman before `target`. Of its connections the first ones are cut as `cuts` says, and
    /// the others are left alone.
    pub(super) async fn start(
        tasks: &LocalSet,
        target: SocketAddr,
        cuts: impl DoubleEndedIterator<Item = (Direction, usize)>,
    ) -> Self {
        let listener = TcpListener::bind(HERE).await.expect("a free port");
        let proxy = Self {
            address: listener.local_addr().expect("it is bound"),
            state: Rc::new(RefCell::new(State {
                cuts: cuts.rev().collect(),
                ..State::default()
            })),
        };
        let state = Rc::clone(&proxy.state);
        tasks.spawn_local(async move {
            while let Ok((first, _)) = listener.accept().await {
                let second = TcpStream::connect(target).await.expect("it listens");
                pass(first, second, &state);
            }
        });
        proxy
    }

    /// How many connections were cut where they were to be.
    pub(super) fn cut(&self) -> usize {
        self.state.borrow().cut
    }

    /// Changes one byte that the first end of a connection says.
    pub(super) fn spoil(&self, number: usize, place: usize) {
        self.state.borrow_mut().spoilt = Some((number, place));
    }

    /// What the first end of the connection of this number said.
    pub(super) fn recording(&self, number: usize) -> Vec<u8> {
        self.state.borrow().recordings[number].clone()
    }
}

/// Passes bytes both ways until one end closes or the cut is reached; then closes both.
fn pass(first: TcpStream, second: TcpStream, state: &Rc<RefCell<State>>) {
    let cut = state.borrow_mut().cuts.pop();
    let number = state.borrow().recordings.len();
    state.borrow_mut().recordings.push(Vec::new());
    let (first, second) = (Rc::new(first), Rc::new(second));
    let left = |direction| cut.and_then(|(cut, bytes)| (cut == direction).then_some(bytes));
    let forth = flow(
        Rc::clone(&first),
        Rc::clone(&second),
        left(Direction::Forth),
        Some(number),
        Rc::clone(state),
    );
    let back = flow(second, first, left(Direction::Back), None, Rc::clone(state));
    tokio::task::spawn_local(async move {
        let back = tokio::task::spawn_local(back);
        let forth = tokio::task::spawn_local(forth);
        let (back_ends, forth_ends) = (back.abort_handle(), forth.abort_handle());
        tokio::task::spawn_local(async move {
            let _ = back.await;
            forth_ends.abort();
        });
        let _ = forth.await;
        back_ends.abort();
    });
}

/// Passes bytes one way.
async fn flow(
    from: Rc<TcpStream>,
    to: Rc<TcpStream>,
    mut left: Option<usize>,
    recording: Option<usize>,
    state: Rc<RefCell<State>>,
) {
    let mut bytes = [0; 4096];
    loop {
        if left == Some(0) {
            state.borrow_mut().cut += 1;
            return;
        }
        let room = left.unwrap_or(bytes.len()).min(bytes.len());
        let count = read(&from, &mut bytes[..room]).await;
        if count == 0 {
            return;
        }
        if let Some(number) = recording {
            let mut state = state.borrow_mut();
            let before = state.recordings[number].len();
            let place = state.spoilt.filter(|(of, _)| *of == number);
            let place = place.and_then(|(_, place)| place.checked_sub(before));
            if let Some(byte) = place.and_then(|place| bytes[..count].get_mut(place)) {
                *byte ^= 1;
            }
            state.recordings[number].extend_from_slice(&bytes[..count]);
        }
        write(&to, &bytes[..count]).await;
        left = left.map(|left| left - count);
    }
}
