use super::neighbours::Neighbours;
use super::*;

/// So many, each as if it were in a process of its own.
fn processes<const N: usize>(path: &Path) -> [Neighbours; N] {
    std::fs::write(path, "").unwrap();
    std::array::from_fn(|_| Neighbours::of(path).unwrap())
}

#[test]
fn whoever_has_written_does_not_get_past_who_waits() {
    let (_directory, path) = file();
    let [mut one, mut two, mut three] = processes(&path);
    assert!(one.advance());
    assert!(!two.advance() && !three.advance());
    one.give_back();
    assert!(!one.advance() && !three.advance());
    assert!(two.advance());
    // It is between the others now.
    assert!(!three.advance() && !one.advance());
    two.give_back();
    assert!(!one.advance());
    assert!(three.advance());
}

#[test]
fn whoever_only_tries_does_not_stand_in_line() {
    let (_directory, path) = file();
    let [mut one, mut two] = processes(&path);
    assert!(one.try_take());
    assert!(!two.try_take());
    one.give_back();
    assert!(one.try_take());
}

/// Without a time that is up: were it waited for, this would not come to an end.
#[test]
fn one_that_is_stopped_in_the_line_holds_the_others_up_once() {
    let (_directory, path) = file();
    let [mut one, mut stopped, mut two] = processes(&path);
    assert!(one.advance() && !stopped.advance());
    one.give_back();
    two.take(Some(Instant::now()), || false);
    two.take(None, || false);
    // It goes on.
    assert!(stopped.advance());
    stopped.give_back();
    two.take(None, || false);
    assert!(!one.advance(), "whoever was held up takes turns again");
    // And waits again.
    assert!(!stopped.try_take());
    two.give_back();
    assert!(one.advance());
    let waiting = std::thread::spawn(move || two.take(None, || false));
    std::thread::sleep(Duration::from_millis(20));
    assert!(!waiting.is_finished());
    one.give_back();
    waiting.join().unwrap();
}

#[test]
fn what_nobody_waits_for_any_more_is_not_taken() {
    let (_directory, path) = file();
    let [mut one, mut two] = processes(&path);
    assert!(one.advance());
    two.take(None, || true);
    one.give_back();
    assert!(one.try_take());
}

#[test]
fn whoever_has_files_that_are_gone_makes_them_anew() {
    let (directory, path) = file();
    let [one, mut two, mut three] = processes(&path);
    drop(one);
    assert_eq!(directory.path().read_dir().unwrap().count(), 1);
    assert!(two.advance());
    assert!(!three.advance());
    let mut four = Neighbours::of(&path).unwrap();
    assert!(!four.advance());
    drop((two, three, four));
    assert_eq!(directory.path().read_dir().unwrap().count(), 1);
}

#[test]
fn files_that_somebody_stands_in_line_with_stay() {
    let (_directory, path) = file();
    let [one, mut two, mut three] = processes(&path);
    assert!(two.advance());
    drop(one);
    assert!(!three.advance());
    drop(three);
    let mut four = Neighbours::of(&path).unwrap();
    assert!(!four.advance());
}

/// Where the line cannot be made, everybody writes as before.
#[cfg(unix)]
#[tokio::test]
async fn a_store_without_a_line_writes() {
    let (_directory, path) = file();
    let mut next = path.as_os_str().to_owned();
    next.push("-next");
    // What is not there can neither be made nor opened; a folder could be locked as well as a file.
    std::os::unix::fs::symlink(path.with_file_name("absent").join("next"), next).unwrap();
    let stores = [SqliteStore::open(&path).await.unwrap(), SqliteStore::open(&path).await.unwrap()];
    for of in 0..20 {
        let store = &stores[usize::from(of % 2)];
        assert_eq!(store.apply(id(of), request()).await.unwrap(), Action::EXECUTE);
        store.begin().await.unwrap().rollback().await.unwrap();
    }
}

/// The application may have all threads for what blocks wait for a transaction, and they are not needed for it.
#[test]
fn waiting_for_another_process_needs_none_of_the_executors_threads() {
    let (_directory, path) = file();
    let executor = tokio::runtime::Builder::new_current_thread();
    let executor = { executor }.enable_all().max_blocking_threads(1).build().unwrap();
    executor.block_on(async {
        let store = SqliteStore::open(&path).await.unwrap();
        let mut other = Neighbours::of(&path).unwrap();
        assert!(other.advance());
        let (begun, wait) = std::sync::mpsc::channel();
        let busy = tokio::task::spawn_blocking(move || wait.recv_timeout(PATIENCE).is_ok());
        let beginning = tokio::spawn(async move { store.begin().await.unwrap().rollback().await });
        tokio::task::yield_now().await;
        other.give_back();
        beginning.await.unwrap().unwrap();
        begun.send(()).unwrap();
        assert!(busy.await.unwrap());
    });
}
