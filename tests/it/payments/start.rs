//! Starting and stopping.

use super::client::{connect, read_answer};
use super::pay;
use super::program::{Database, Program, run};
use rusqlite::Connection;
use std::io::Write;
use std::net::TcpListener;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// One sentence, no panic, and the status.
fn assert_refused(arguments: &[&str], status: i32, sentence: &str) {
    let (ended, text) = run(arguments);
    assert_eq!(ended.code(), Some(status), "{arguments:?}: {text}");
    assert_eq!(text.lines().count(), 1, "{arguments:?}: {text}");
    assert!(text.starts_with("error: ") && text.contains(sentence), "{arguments:?}: {text}");
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn what_cannot_be_understood_is_refused_with_status_2() {
    for (arguments, sentence) in [
        (&["--store", "redis://localhost"][..], "`memory`, or `sqlite:PATH`"),
        (&["--store", "postgres://localhost/payments"], "`memory`, or `sqlite:PATH`"),
        (&["--store", "payments.db"], "`memory`, or `sqlite:PATH`"),
        (&["--store", "sqlite:"], "`memory`, or `sqlite:PATH`"),
        (&["--store", ""], "--store"),
        (&["--store"], "--store"),
        (&["--today", "2025-02-30"], "--today"),
        (&["--today", "yesterday"], "--today"),
        (&["--colour", "green"], "--colour"),
        (&["serve"], "serve"),
    ] {
        assert_refused(arguments, 2, sentence);
    }
}

#[test]
fn what_cannot_be_used_is_refused_with_status_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert_refused(&["--store", "memory", "--listen", &address], 1, &format!("cannot listen on {address}"));
    assert_refused(&["--store", "memory", "--listen", "nonsense"], 1, "cannot listen on nonsense");
    let missing = "cannot use the database /nonexistent/dir/x.db: ";
    assert_refused(&["--store", "sqlite:/nonexistent/dir/x.db"], 1, missing);
    assert_refused(&["--store", "sqlite:/nonexistent/dir/x.db"], 1, "unable to open database file");

    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "this is no database, and nobody may overwrite it\n".repeat(100)).unwrap();
    assert_refused(&["--store", &format!("sqlite:{}", text.display())], 1, "file is not a database");
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("this is no database"));
    assert_refused(
        &["--store", &format!("sqlite:{}", folder.path().display())],
        1,
        "cannot use the database",
    );
}

#[test]
fn help_is_not_an_error() {
    let (status, text) = run(&["--help"]);
    assert!(status.success());
    assert_eq!(text, "");
}

/// The commands that the program suggests do what it says about them.
#[test]
fn the_commands_of_the_banner_work() {
    let program = Program::start(&["--store", "memory"]);
    let mut commands: Vec<String> = Vec::new();
    let mut lines = program.banner.lines();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("curl ") {
            let mut command = line.to_owned();
            while command.ends_with('\\') {
                command.pop();
                command += lines.next().unwrap();
            }
            commands.push(command);
        }
    }
    let [pay, reuse, pinned, globex] = &commands[..] else { panic!("{commands:?}") };
    let shell = |command: &String| {
        let output = Command::new("sh").arg("-c").arg(command).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let first = shell(pay);
    assert!(first.starts_with("HTTP/1.1 201 ") && !first.contains("idempotency-replayed"), "{first}");
    let second = shell(pay);
    assert!(second.starts_with("HTTP/1.1 201 ") && second.contains("idempotency-replayed: true"), "{second}");
    let reused = shell(reuse);
    assert!(reused.starts_with("HTTP/1.1 422 ") && reused.contains("key-reused"), "{reused}");
    let pinned = shell(pinned);
    assert!(pinned.starts_with("HTTP/1.1 200 ") && pinned.contains("api-version: 2024-12-18"), "{pinned}");
    assert!(pinned.contains(r#"[{"id":"pay_"#), "{pinned}");
    let globex = shell(globex);
    assert!(globex.contains("api-version: 2024-12-18") && globex.ends_with("[]"), "{globex}");
}

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let database = Database::new();
    let mut program = database.start();
    let bytes = pay("k").bytes();
    let (begun, rest) = bytes.split_at(bytes.len() - 10);
    let mut socket = connect(program.address).unwrap();
    socket.write_all(begun).unwrap();
    sleep(Duration::from_millis(100));
    program.terminate();
    sleep(Duration::from_millis(100));
    socket.write_all(rest).unwrap();
    let answer = read_answer(&mut socket).unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(program.wait().code(), Some(0));
    assert!(connect(program.address).is_err());
    assert_eq!(database.rows().payments, 1);
}

/// The client is gone when the program is told to stop; what it began is made, with its record.
#[test]
fn payments_without_a_client_end_before_the_program_does() {
    const ENDS: u32 = 20;
    let database = Database::new();
    let mut paid = 0;
    for i in 0..ENDS {
        let mut program = database.start();
        let socket = pay(&format!("key-{i}")).begin(program.address);
        sleep(Duration::from_micros(u64::from(i) * 200));
        program.terminate();
        drop(socket);
        assert_eq!(program.wait().code(), Some(0));
        let rows = database.rows();
        assert_eq!(rows.payments, rows.records, "a payment without its record, or the reverse");
        paid = rows.payments;
    }
    println!("of {ENDS} abandoned payments {paid} had begun and were made");
    assert!(paid > 0, "none had begun");
}

#[test]
fn without_arguments_everything_is_in_one_file_in_the_current_folder() {
    let folder = tempfile::tempdir().unwrap();
    let today = || chrono::Utc::now().date_naive().to_string();
    let before = today();
    let program = Program::start_in(folder.path(), &[]);
    assert!(
        program.banner.contains(&format!("Versions on {before}:"))
            || program.banner.contains(&format!("Versions on {}:", today())),
        "{}",
        program.banner
    );
    assert_eq!(program.send(&pay("k")).status, 201);
    let database = Connection::open(folder.path().join("payments.db")).unwrap();
    for table in ["payments", "steadfast_idempotency"] {
        let rows: u32 =
            database.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 1, "{table}");
    }
}
