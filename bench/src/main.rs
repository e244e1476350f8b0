//! The program that `cargo xtask bench` measures from outside, with valgrind and wrk, and from inside, by the clock.

#![allow(clippy::print_stdout, reason = "its output is what xtask reads")]

mod by_hand;
mod calls;
mod history;
mod payment;
mod peer;
mod plain;
mod serve;
mod served;
mod sqlite;
mod time;
mod variant;

use std::error::Error;
use std::process::ExitCode;
use variant::Variant;

const USAGE: &str = "\
usage: steadfast-bench variants                  every variant and its request, as JSON
       steadfast-bench calls <variant> <count>   answer <count> requests in process
       steadfast-bench serve <variant> <port>    answer requests on 127.0.0.1:<port>
       steadfast-bench time <table> <rounds>     median nanoseconds of each row: `name<TAB>nanoseconds`
       steadfast-bench commits <by-hand|store> <clients> <pairs>
                                                 how many claims and completions share a commit";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("steadfast-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    match arguments {
        ["variants"] => println!("{}", variant::catalogue()),
        ["calls", variant, count] => calls::run(Variant::named(variant)?, count.parse()?)?,
        ["serve", variant, port] => serve::run(Variant::named(variant)?, port.parse()?)?,
        ["time", table, rounds] => time::run(table, rounds.parse()?)?,
        ["commits", whose, clients, pairs] => time::commits(whose, clients.parse()?, pairs.parse()?)?,
        _ => return Err(USAGE.into()),
    }
    Ok(())
}
