//! What has gone wrong for users of such middleware elsewhere, and the test that shows it does not here.
//!
//! Names without a path are tests of this folder; `guard`, `key` and `fingerprint` are unit tests of the runtime, and
//! `store_contract` is what every store must pass.
//!
//! | # | fault | test |
//! |---|---|---|
//! | 1 | two requests at once both ran | `two_requests_at_once_run_once` |
//! | 2 | the hash was taken of nothing where a body did not tell its length | `a_body_that_does_not_tell_its_length_is_compared_all_the_same` |
//! | 3 | the body was part of the key: a changed one ran, and so did one with its members in another order | `every_retry_is_compared_also_after_one_that_was_the_same`, `payments::replays::the_order_of_members_and_white_space_do_not_matter` |
//! | 4 | nothing was claimed before the handler ran | `two_requests_at_once_run_once` |
//! | 5 | a race that was lost was read as no record; an answer without a body ran again | `store_contract` (races), `an_answer_without_a_body_and_an_unusual_status_replay` |
//! | 6 | the lease could not be set, and a slow operation ran again | `a_lease_that_is_written_is_the_one_that_holds`, `guard::faults::a_running_handler_keeps_its_claim` |
//! | 7 | an error behind the effect repeated it, and a hang held the key for a day | `an_error_after_the_effect_does_not_repeat_the_effect`, `a_hang_does_not_wedge_the_key_for_a_day` |
//! | 8 | with the client went the record and not the effect | `a_client_that_hangs_up_at_any_moment_is_charged_once`, `payments::crashes` |
//! | 9 | the server dropped the handler in the middle | `limits::a_drain_waits_for_what_has_no_client_any_more` |
//! | 10 | a record with an unexpected status counted as none | `an_answer_without_a_body_and_an_unusual_status_replay`, `record_of_unknown_codec_is_unreadable_and_nothing_runs_again` |
//! | 11 | each process had records of its own | `what_one_process_has_done_another_does_not_do_again` |
//! | 12 | after a passing fault the retry heard a conflict, and the client undid what was done | `a_passing_fault_is_followed_by_the_answer_and_not_by_a_conflict` |
//! | 13 | the mark of a dead process refused its key until the record expired | `a_hang_does_not_wedge_the_key_for_a_day` |
//! | 14 | a time that was left of zero counted as no limit | the same; `ui/idempotent/ttl_zero`, `wait_zero` |
//! | 15 | milliseconds were taken for seconds | `a_hang_does_not_wedge_the_key_for_a_day`, `expiry` |
//! | 16 | a claim that was tried twice collided with itself; 409 hid 422; a start overwrote a running record | `a_claim_whose_confirmation_was_lost_is_not_its_own_twin`, `an_outcome_whose_confirmation_was_lost_is_answered_and_replays`, `waiting::a_reused_key_does_not_wait`, `waiting::a_twin_hears_the_status_that_was_asked_for` |
//! | 17 | a deployment changed the fingerprint, and open retries became conflicts | `record_of_another_algorithm_is_unreadable_and_not_a_reused_key`, `versions::deploys` |
//! | 18 | validation that became stricter refused the retry of what was done; a refusal used up the key | `a_retry_of_what_is_done_replays_although_it_would_be_refused_by_now`, `statuses::what_an_extractor_refuses_is_never_kept` |
//! | 19 | the wait was short and fixed; ours could not be told from the application's own 409 and 422 | `waiting`, `the_application_s_own_conflict_is_told_from_ours` |
//! | 20 | nobody could learn how long a key lives | `marks::a_replay_says_until_when_it_is_kept`, `records::a_client_learns_what_became_of_its_key` |
//! | 21 | a passing 5xx was replayed for a day | `statuses::statuses_are_kept_as_the_endpoint_says` |
//! | 22 | an error did not say whether to send the key again | `retryable` in nearly every test here, `store_down`, `expiry`, `tombstones` |
//! | 23 | replays split headers at commas | `marks::headers_are_kept_and_dropped_as_the_endpoint_says` |
//! | 24 | cookies were replayed; a large answer was refused for ever | `marks::headers_are_kept_and_dropped_as_the_endpoint_says`, `tombstones` |
//! | 25 | a stream replayed empty; `Location` was lost; the body's members changed places | `tombstones`, `ui/idempotent/stream_*`, `the_body_comes_back_byte_for_byte` |
//! | 26 | a fast path did not compare, or kept before it compared | `every_retry_is_compared_also_after_one_that_was_the_same` |
//! | 27 | a replay could not be told from a fresh answer | `marks::answers_say_what_the_endpoint_wants_said` |
//! | 28 | one caller heard the answer of another | `sharing::a_stored_answer_is_for_its_caller_only` |
//! | 29 | a caller whose rights were taken away still heard stored answers | the same |
//! | 30 | credentials lay readable in stored answers | `sealed::file::sealed_response_or_step_is_not_readable_in_the_file`; headers that belong to one exchange: `marks::headers_are_kept_and_dropped_as_the_endpoint_says` |
//! | 31 | a fingerprint without a key lets secrets be guessed | `sealed::file::fingerprints_of_sealed_records_are_keyed_with_secrets_of_the_ring`, `fingerprint::secret` |
//! | 32 | a header of the client bypassed the handler; a key overwrote another field | `a_client_cannot_say_that_it_was_answered_already`, `a_key_reaches_into_nothing_but_its_own_record` |
//! | 33 | a key was not bound to the request it was first used with | `every_retry_is_compared_also_after_one_that_was_the_same` |
//! | 34 | a read more than needed; a store that was down left requests hanging | `a_first_request_asks_the_store_twice_and_a_retry_once`, `store_down` |
//! | 35 | the handler's arguments were hashed, whatever they were; a key could not be optional | what is hashed is the request (`fingerprint`); `keys::a_request_without_a_key_is_refused_or_runs_without_protection` |
//! | 36 | one time was both lease and retention; locks that a connection pool breaks | `a_lease_that_is_written_is_the_one_that_holds`, `expiry`; there is no such lock |
//! | 37 | the API's description left out the headers | not applicable yet: nothing describes the API |
//! | 38 | which 4xx free the key had to be argued by hand | `statuses::statuses_are_kept_as_the_endpoint_says` |

mod stuck;
mod twice;
mod wrong;
