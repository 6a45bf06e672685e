//! Lists come in pages whose tokens stay right, and fit no other list.

use std::collections::BTreeSet;

use conductor_protocol::v1;

use crate::rig::{Client, NOOP, Rig, is};

async fn page(client: &Client, token: &str, owner: &str) -> v1::ListRunsResponse {
    let request = v1::ListRunsRequest {
        page_size: 3,
        page_token: token.into(),
        owner: owner.into(),
        ..Default::default()
    };
    client.runs().list(request).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_give_every_run_once_while_new_ones_come_in() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let mut started = BTreeSet::new();
    for _ in 0..10 {
        started.insert(client.start("noop").await.unwrap().run_id);
    }
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = page(&client, &token, "").await;
        assert!(page.runs.len() <= 3);
        seen.extend(page.runs.into_iter().map(|run| run.run_id));
        // Newer ones don't push anything over a page's edge.
        client.start("noop").await.unwrap();
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 10);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), started);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_come_first_where_they_are_asked_for() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let mut started = Vec::new();
    for _ in 0..7 {
        started.push(client.start("noop").await.unwrap().run_id);
    }
    let list = async |oldest_first, page_token: String| {
        let request =
            v1::ListRunsRequest { page_size: 3, page_token, oldest_first, ..Default::default() };
        client.runs().list(request).await
    };
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = list(true, token).await.unwrap().into_inner();
        assert!(page.oldest_first && page.runs.len() <= 3);
        seen.extend(page.runs.into_iter().map(|run| run.run_id));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, started);
    let first = list(true, String::new()).await.unwrap().into_inner();
    let turned = list(false, first.next_page_token).await;
    is(&turned.unwrap_err(), "PAGE_TOKEN_INVALID");
    assert!(!list(false, String::new()).await.unwrap().into_inner().oldest_first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_fits_its_own_list_only() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    for _ in 0..4 {
        client.start("noop").await.unwrap();
    }
    let token = page(&client, "", "").await.next_page_token;
    let mut runs = client.runs();
    let other = v1::ListRunsRequest {
        page_token: token.clone(),
        owner: "uid:1".into(),
        ..Default::default()
    };
    is(&runs.list(other).await.unwrap_err(), "PAGE_TOKEN_INVALID");
    for garbage in ["x", "r1:", "🦀", &token[..token.len() - 1], &"z".repeat(10_000)] {
        let list = v1::ListRunsRequest { page_token: garbage.into(), ..Default::default() };
        is(&runs.list(list).await.unwrap_err(), "PAGE_TOKEN_INVALID");
        let list = v1::ListWorkflowsRequest { page_token: garbage.into(), ..Default::default() };
        is(&client.workflows().list(list).await.unwrap_err(), "PAGE_TOKEN_INVALID");
        let list = v1::ListDecisionsRequest { page_token: garbage.into(), ..Default::default() };
        is(&client.system().list_decisions(list).await.unwrap_err(), "PAGE_TOKEN_INVALID");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workflows_are_listed_newest_version_first_or_all() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    for version in ["1.0.0", "1.2.0", "2.0.0"] {
        for name in ["alpha", "beta"] {
            client
                .publish(&NOOP.replace("1.0.0", version).replace("noop\n", &format!("{name}\n")))
                .await;
        }
    }
    let list = async |all_versions, page_token: String| {
        let request = v1::ListWorkflowsRequest {
            page_size: 1,
            page_token,
            all_versions,
            ..Default::default()
        };
        client.workflows().list(request).await.unwrap().into_inner()
    };
    let names = |page: &v1::ListWorkflowsResponse| {
        page.workflows.iter().map(|row| format!("{} {}", row.name, row.version)).collect::<Vec<_>>()
    };
    let first = list(false, String::new()).await;
    assert_eq!(names(&first), ["alpha 2.0.0"]);
    assert_eq!(names(&list(false, first.next_page_token).await), ["beta 2.0.0"]);
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let page = list(true, token).await;
        all.extend(names(&page));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(all.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_come_in_pages_newest_first() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    for _ in 0..5 {
        client.start("noop").await.unwrap();
    }
    let (mut seqs, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = v1::ListDecisionsRequest { page_size: 2, page_token, ..Default::default() };
        let page = client.system().list_decisions(request).await.unwrap().into_inner();
        seqs.extend(page.decisions.iter().map(|decision| decision.seq));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seqs.len(), 11, "one for publishing, five for starting, five for their tasks");
    assert!(seqs.is_sorted_by(|a, b| a > b), "{seqs:?}");
}
