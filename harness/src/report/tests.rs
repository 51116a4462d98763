//! Pages as text; how they look and behave is tested in a browser.
