//! Streams and calls against a scripted server on a real socket: what is resumed and from where,
//! what is told of the connection, what ends a stream, and which error a caller gets.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::{HashMap, VecDeque},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use conductor_client::{ClientError, Connection, Endpoint, Link, Resuming, Update};
use conductor_protocol::v1::{
    self,
    runs_server::{Runs, RunsServer},
};
use tokio::{io::AsyncReadExt as _, net::UnixListener};
use tokio_stream::wrappers::UnixListenerStream;
use tonic::{Request, Response, Status, transport::Server};
use tonic_types::{ErrorDetails, StatusExt as _};

type Script<T> = Mutex<VecDeque<Vec<Result<T, Status>>>>;
type Stream<T> = tokio_stream::Iter<std::vec::IntoIter<Result<T, Status>>>;

/// Answers each opening of a stream with the next script, and keeps what it was asked.
#[derive(Default)]
struct Scripted {
    lists: Script<v1::WatchRunsResponse>,
    runs: Script<v1::WatchRunResponse>,
    logs: Script<v1::LogChunk>,
    asked_after: Mutex<Vec<u64>>,
}

impl Scripted {
    fn next<T>(script: &Script<T>) -> Response<Stream<T>> {
        let items = script.lock().unwrap().pop_front().unwrap_or_default();
        Response::new(tokio_stream::iter(items))
    }
}

fn unused<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("not scripted"))
}

#[tonic::async_trait]
impl Runs for Scripted {
    type WatchStream = Stream<v1::WatchRunResponse>;
    type WatchListStream = Stream<v1::WatchRunsResponse>;
    type LogsStream = Stream<v1::LogChunk>;
    type ArtifactStream = Stream<v1::ArtifactChunk>;
    type ExportStream = Stream<v1::ArtifactChunk>;

    async fn plan(
        &self,
        _: Request<v1::PlanRunRequest>,
    ) -> Result<Response<v1::PlanRunResponse>, Status> {
        unused()
    }

    async fn start(
        &self,
        _: Request<v1::StartRunRequest>,
    ) -> Result<Response<v1::StartRunResponse>, Status> {
        std::future::pending().await
    }

    async fn cancel(
        &self,
        _: Request<v1::CancelRunRequest>,
    ) -> Result<Response<v1::CancelRunResponse>, Status> {
        Err(refusal("RUN_ALREADY_ENDED"))
    }

    async fn pause(
        &self,
        _: Request<v1::PauseRunRequest>,
    ) -> Result<Response<v1::ChangeRunResponse>, Status> {
        unused()
    }

    async fn resume(
        &self,
        _: Request<v1::ResumeRunRequest>,
    ) -> Result<Response<v1::ChangeRunResponse>, Status> {
        unused()
    }

    async fn skip_task(
        &self,
        _: Request<v1::SkipTaskRequest>,
    ) -> Result<Response<v1::ChangeRunResponse>, Status> {
        unused()
    }

    async fn release_task(
        &self,
        _: Request<v1::ReleaseTaskRequest>,
    ) -> Result<Response<v1::ChangeRunResponse>, Status> {
        unused()
    }

    async fn rerun(
        &self,
        _: Request<v1::RerunRunRequest>,
    ) -> Result<Response<v1::StartRunResponse>, Status> {
        unused()
    }

    async fn get(
        &self,
        _: Request<v1::GetRunRequest>,
    ) -> Result<Response<v1::GetRunResponse>, Status> {
        unused()
    }

    async fn list(
        &self,
        _: Request<v1::ListRunsRequest>,
    ) -> Result<Response<v1::ListRunsResponse>, Status> {
        unused()
    }

    async fn timeline(
        &self,
        _: Request<v1::TimelineRequest>,
    ) -> Result<Response<v1::TimelineResponse>, Status> {
        unused()
    }

    async fn watch(
        &self,
        request: Request<v1::WatchRunRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        self.asked_after.lock().unwrap().push(request.get_ref().after_seq);
        Ok(Self::next(&self.runs))
    }

    async fn watch_list(
        &self,
        request: Request<v1::WatchRunsRequest>,
    ) -> Result<Response<Self::WatchListStream>, Status> {
        self.asked_after.lock().unwrap().push(request.get_ref().after_seq);
        Ok(Self::next(&self.lists))
    }

    async fn logs(
        &self,
        _: Request<v1::RunLogsRequest>,
    ) -> Result<Response<Self::LogsStream>, Status> {
        Ok(Self::next(&self.logs))
    }

    async fn artifact(
        &self,
        _: Request<v1::GetArtifactRequest>,
    ) -> Result<Response<Self::ArtifactStream>, Status> {
        unused()
    }

    async fn export(
        &self,
        _: Request<v1::ExportRunRequest>,
    ) -> Result<Response<Self::ExportStream>, Status> {
        unused()
    }
}

fn refusal(code: &str) -> Status {
    let metadata = HashMap::from([
        ("hint".to_owned(), "do otherwise".to_owned()),
        ("traceId".to_owned(), "trc_1".to_owned()),
    ]);
    let details = ErrorDetails::with_error_info(code, "conductor", metadata);
    Status::with_error_details(tonic::Code::FailedPrecondition, "the run has ended", details)
}

fn gone() -> Status {
    Status::unavailable("going down")
}

fn serve(server: Scripted, socket: &Path) -> Arc<Scripted> {
    let listener = UnixListener::bind(socket).unwrap();
    let server = Arc::new(server);
    let service = RunsServer::from_arc(Arc::clone(&server));
    tokio::spawn(
        Server::builder()
            .add_service(service)
            .serve_with_incoming(UnixListenerStream::new(listener)),
    );
    server
}

fn connect(socket: &Path) -> Connection {
    Connection::lazy(Endpoint::Unix(socket.to_owned()), v1::Scope::default())
}

fn change(seq: u64) -> Result<v1::WatchRunsResponse, Status> {
    Ok(v1::WatchRunsResponse { seq, ..<_>::default() })
}

/// What a stream tells until it ends or `count` updates came.
async fn told<T: Send + 'static>(
    mut stream: Resuming<T>,
    count: usize,
    show: impl Fn(T) -> String,
) -> Vec<String> {
    let mut told = Vec::new();
    while told.len() < count {
        told.push(match stream.next().await {
            None => "end".to_owned(),
            Some(Ok(Update::Item(item))) => show(item),
            Some(Ok(Update::Link(Link::Connected))) => "connected".to_owned(),
            Some(Ok(Update::Link(Link::Stale { attempts, .. }))) => format!("stale {attempts}"),
            Some(Ok(Update::Link(Link::Retrying { attempt, .. }))) => format!("retry {attempt}"),
            Some(Err(error)) => format!("failed to {error}"),
        });
        if told.last().is_some_and(|last| last == "end") {
            break;
        }
    }
    told
}

#[tokio::test]
async fn a_lost_stream_goes_on_after_what_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("c.sock");
    let lists = [vec![change(1), change(2), Err(gone())], vec![change(3)]];
    let server = serve(Scripted { lists: Mutex::new(lists.into()), ..<_>::default() }, &socket);
    let stream = connect(&socket).watch_runs(v1::WatchRunsRequest::default());
    let told = told(stream, 7, |item| item.seq.to_string()).await;
    assert_eq!(told, ["connected", "1", "2", "stale 1", "retry 1", "connected", "3"]);
    assert_eq!(*server.asked_after.lock().unwrap(), [0, 2]);
}

#[tokio::test]
async fn a_run_s_stream_ends_with_its_run_and_not_with_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("c.sock");
    let change = |seq, last| Ok(v1::WatchRunResponse { seq, last, ..<_>::default() });
    // The first ends without a word: the daemon has gone, the run has not ended.
    let runs = [vec![change(4, false)], vec![change(9, true)]];
    let server = serve(Scripted { runs: Mutex::new(runs.into()), ..<_>::default() }, &socket);
    let stream = connect(&socket).watch_run(v1::WatchRunRequest::default());
    let told = told(stream, 10, |item| item.seq.to_string()).await;
    assert_eq!(told, ["connected", "4", "stale 1", "retry 1", "connected", "9", "end"]);
    assert_eq!(*server.asked_after.lock().unwrap(), [0, 4]);
}

#[tokio::test]
async fn a_refusal_ends_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("c.sock");
    let lists = [vec![change(1), Err(refusal("RUN_NOT_FOUND"))]];
    serve(Scripted { lists: Mutex::new(lists.into()), ..<_>::default() }, &socket);
    let stream = connect(&socket).watch_runs(v1::WatchRunsRequest::default());
    let told = told(stream, 10, |item| item.seq.to_string()).await;
    assert_eq!(told, ["connected", "1", "failed to the run has ended", "end"]);
}

#[tokio::test]
async fn a_daemon_that_comes_later_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("c.sock");
    let mut stream = connect(&socket).watch_runs(v1::WatchRunsRequest::default());
    let first = stream.next().await;
    assert!(
        matches!(
            &first,
            Some(Ok(Update::Link(Link::Stale {
                error: ClientError::Unreachable { .. },
                attempts: 1,
                ..
            })))
        ),
        "{first:?}"
    );
    let lists = [vec![change(5)]];
    serve(Scripted { lists: Mutex::new(lists.into()), ..<_>::default() }, &socket);
    let item = stream.next_item().await.unwrap().unwrap();
    assert_eq!(item.seq, 5);
}

#[tokio::test]
async fn output_of_many_tasks_is_not_repeated_after_a_break() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("c.sock");
    let chunk = |task: &str, text: &str, next_offset| {
        Ok(v1::LogChunk {
            task_id: task.into(),
            attempt: 1,
            data: text.as_bytes().to_vec(),
            next_offset,
            ..<_>::default()
        })
    };
    let logs = [
        vec![chunk("a", "one", 3), chunk("b", "uno", 3), Err(gone())],
        vec![chunk("a", "one", 3), chunk("a", "two", 6), chunk("b", "uno", 3)],
    ];
    serve(Scripted { logs: Mutex::new(logs.into()), ..<_>::default() }, &socket);
    let stream = connect(&socket).logs(v1::RunLogsRequest { follow: true, ..<_>::default() });
    let told = told(stream, 10, |item| String::from_utf8(item.data.to_vec()).unwrap()).await;
    assert_eq!(told, ["connected", "one", "uno", "stale 1", "retry 1", "connected", "two", "end"]);
}

#[tokio::test]
async fn a_caller_can_tell_the_errors_apart() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("c.sock");
    let nobody = connect(&folder.path().join("nobody.sock"));
    let error = nobody.list_runs(v1::ListRunsRequest::default()).await.unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("nobody.sock"), "{error}");
    assert!(!error.is_unclear(), "nobody was asked: {error:?}");

    serve(Scripted::default(), &socket);
    let connection = connect(&socket).with_deadline(Duration::from_millis(100));
    let error = connection.cancel_run(v1::CancelRunRequest::default()).await.unwrap_err();
    let refused = error.refusal().unwrap();
    assert_eq!(refused.code, "RUN_ALREADY_ENDED");
    assert_eq!((refused.hint.as_str(), refused.trace_id.as_str()), ("do otherwise", "trc_1"));

    let error = connection.start_run(v1::StartRunRequest::default()).await.unwrap_err();
    assert!(matches!(error, ClientError::Timeout { .. }) && error.is_unclear(), "{error:?}");

    let error = connection.get_run(v1::GetRunRequest::default()).await.unwrap_err();
    assert!(matches!(error, ClientError::Protocol { .. }), "{error:?}");
}

#[tokio::test]
async fn what_broke_before_the_answer_may_have_been_done() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("c.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // As a client's connection begins; what is asked for comes with it.
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).await.unwrap();
    });
    let error = connect(&socket).start_run(v1::StartRunRequest::default()).await.unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { sent: true, .. }), "{error:?}");
    assert!(error.is_unclear());
}
