//! The commands of steadfast's developers. `cargo xtask` lists them.

#![allow(clippy::print_stdout, reason = "a command line tool answers on its standard output")]

mod bench;
mod compile;
mod count;
mod files;
mod gate;
mod graph;
mod load;
mod run;
mod rust;
mod simulate;
mod surface;
mod table;
mod test;
mod tidy;
mod tools;
mod torture;
mod valgrind;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str = "\
usage: cargo xtask test                       every test with every feature, the library with fewer, the example, tidy
       cargo xtask tidy                       the rules of this repository that no compiler checks
       cargo xtask surface [--bless]          the public items of the crates are those that were reviewed
                                              --bless  write the lists
       cargo xtask count [--tree PATH]..      lines of code, thread-locals, response extensions, circles of folders,
                                              of each checkout, or of this one
       cargo xtask bench [--gate] [--quick]   Markdown tables of every figure
                                              --gate   only what has a limit: instructions, what an API
                                                       costs to compile, expansions; names each row over it
                                              --quick  shorter runs: coarser figures
       cargo xtask torture [--disconnects N] [--kills N] [--operations N] [--seed S] [--store sqlite|memory]
                                              clients hang up and processes are killed, over and over: 1000
                                              disconnects and 200 kills unless said otherwise; then 3000 operations
                                              each of two processes, of processes that stop past their lease, and on
                                              a full disk, which it mounts as root; in memory only disconnects
       cargo xtask simulate [--seed S] [--schedules N] [--threads T]
                                              simulated processes over a store that fails, from each of N seeds
                                              --trace             what happens in the schedule of one seed
                                              --mutants [NAME]    breaks the engine in each known way, or in one of
                                                                  them; each must be found";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["test"] => test::run(),
        ["tidy"] => tidy::run(),
        ["surface"] => surface::run(false),
        ["surface", "--bless"] => surface::run(true),
        ["count", flags @ ..] if flags.chunks(2).all(|pair| matches!(pair, ["--tree", _])) => {
            count::run(&flags.chunks(2).map(|pair| pair[1]).collect::<Vec<_>>())
        }
        ["bench", flags @ ..] if flags.iter().all(|flag| ["--gate", "--quick"].contains(flag)) => {
            bench::run(flags.contains(&"--gate"), flags.contains(&"--quick"))
        }
        ["torture", flags @ ..] => torture::run(flags),
        ["simulate", flags @ ..] => simulate::run(flags),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}
