//! The whole of Dropline in one process, with a fake Dropbox
