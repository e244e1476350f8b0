use std::fs::{File, OpenOptions, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

/// The other processes that write to the file, with whom this one takes turns.
///
/// SQLite has whoever finds its one write lock taken ask again after a while, at last every tenth of a second. A process
/// that writes without pause has taken it again by then, over and over, until the others have no time left. So the
/// processes stand in line before they ask SQLite, which empty files beside the database are locked for: only
/// whoever has locked the one that is `-next` waits for the one of the `-turn`. Whoever has written finds somebody
/// there, and does not get past.
///
/// This is courtesy, and SQLite's lock is still what keeps writers apart. Where files cannot be locked everybody goes
/// on at once; and a process that is stopped in the line holds up the others once, and then no more.
pub(super) struct Neighbours {
    database: PathBuf,
    files: Files,
    place: Place,
    /// Whether the last wait was in vain.
    stuck: bool,
}

/// The operating system unlocks them when a process ends, however it ends.
struct Files {
    next: File,
    turn: File,
    /// Whoever removes what the time is up of, until that is done.
    sweep: File,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Away,
    /// Nobody else waits for the turn.
    Next,
    Turn,
}

impl Neighbours {
    /// Those who have the file at `path` open, which is there; `None` if there can be no files beside it.
    pub(super) fn of(path: &Path) -> Option<Self> {
        // SQLite's own files are beside the one that links lead to, too.
        let database = fs::canonicalize(path).ok()?;
        let files = Files::open(&database).ok()?;
        Some(Self { database, files, place: Place::Away, stuck: false })
    }

    /// Takes the turn, if nobody has it and nobody waits for it.
    pub(super) fn try_take(&mut self) -> bool {
        let taken = self.advance();
        if !taken {
            self.give_back();
        }
        self.stuck &= !taken;
        taken
    }

    /// Waits for the turn: until then, or nobody waits for it here any more. Without it one may go on as well.
    pub(super) fn take(&mut self, until: Option<Instant>, abandoned: impl Fn() -> bool) {
        let mut pauses = Pauses::default();
        while !self.advance() {
            let late = self.stuck || until.is_some_and(|until| Instant::now() >= until);
            if late || abandoned() {
                self.give_back();
                self.stuck = late;
                return;
            }
            thread::sleep(match self.place {
                // As long for all, however long they have waited: nobody is at a disadvantage.
                Place::Away => pauses.even(),
                Place::Next | Place::Turn => pauses.longer(),
            });
        }
        self.stuck = false;
    }

    /// Whether it is this process that removes rows whose time is up: if all did, the others would wait for all of them.
    pub(super) fn is_sweeper(&self) -> bool {
        lock(&self.files.sweep)
    }

    /// Nothing is left to remove for now.
    pub(super) fn end_sweep(&self) {
        let _ = self.files.sweep.unlock();
    }

    pub(super) fn give_back(&mut self) {
        let held = match self.place {
            Place::Away => return,
            Place::Next => &self.files.next,
            Place::Turn => &self.files.turn,
        };
        // What cannot be unlocked could not be locked either.
        let _ = held.unlock();
        self.place = Place::Away;
    }

    /// Goes on in the line as far as nobody is in the way, and returns whether that is to its end.
    pub(super) fn advance(&mut self) -> bool {
        if self.place == Place::Away {
            if !lock(&self.files.next) {
                return false;
            }
            self.place = Place::Next;
            if self.files.are_removed() {
                match Files::open(&self.database) {
                    Ok(files) => (self.files, self.place) = (files, Place::Away),
                    Err(_) => return true,
                }
                return self.advance();
            }
        }
        if self.place == Place::Next {
            if !lock(&self.files.turn) {
                return false;
            }
            let _ = self.files.next.unlock();
            self.place = Place::Turn;
        }
        true
    }
}

impl Drop for Neighbours {
    /// Removes the files, as SQLite does with its own. Whoever still needs them makes them anew.
    fn drop(&mut self) {
        self.give_back();
        // Nobody is in the line then.
        if lock(&self.files.next) && !self.files.are_removed() && lock(&self.files.turn) {
            Files::remove(&self.database);
        }
    }
}

impl Files {
    fn open(database: &Path) -> io::Result<Self> {
        // In this order, and removed in the other: two processes never have only one of them in common.
        Ok(Self {
            next: open(&beside(database, "-next"))?,
            turn: open(&beside(database, "-turn"))?,
            sweep: open(&beside(database, "-sweep"))?,
        })
    }

    fn remove(database: &Path) {
        // A file that cannot be removed stays, and is of use again.
        for ending in ["-sweep", "-turn", "-next"] {
            let _ = fs::remove_file(beside(database, ending));
        }
    }

    /// Whether another process has removed them: whoever comes after makes new ones.
    #[cfg(unix)]
    fn are_removed(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        self.next.metadata().is_ok_and(|file| file.nlink() == 0)
    }

    #[cfg(not(unix))]
    fn are_removed(&self) -> bool {
        false
    }
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A file that another user has made may only be readable, which is enough to lock it.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).open(path).or_else(|_| File::open(path))
}

/// Where files cannot be locked, nobody has locked them.
fn lock(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// How long to wait before asking again. Random, so that two do not always ask in the same order.
#[derive(Default)]
pub(super) struct Pauses {
    random: RandomState,
    asked: u32,
}

impl Pauses {
    /// Not long at first: what is waited for is mostly one commit.
    pub(super) fn longer(&mut self) -> Duration {
        let longest = 150 + 50 * self.asked.min(17);
        self.between(50, longest)
    }

    fn even(&mut self) -> Duration {
        self.between(100, 500)
    }

    fn between(&mut self, shortest: u32, longest: u32) -> Duration {
        self.asked = self.asked.saturating_add(1);
        let random = self.random.hash_one(self.asked) % u64::from(longest - shortest);
        Duration::from_micros(u64::from(shortest) + random)
    }
}
