//! Redirects never carry a credential to another origin.

use std::sync::{Arc, OnceLock};

use openai_azure::{Client, ErrorKind, RetryPolicy};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire, chat_answer, json};

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

fn client(wire: &Wire) -> Client {
    let policy = RetryPolicy::none();
    planted::builder()
        .endpoint(wire.endpoint())
        .api_key(planted::KEY)
        .retry(policy)
        .build()
        .unwrap()
}

fn redirect(status: u16, location: &str) -> Vec<Step> {
    vec![json(status, &format!("location: {location}\r\n"), "")]
}

#[tokio::test]
async fn a_redirect_within_the_origin_that_keeps_the_body_is_followed() {
    for status in STATUSES {
        let wire = Wire::start(move |n| match n {
            0 => redirect(status, "/elsewhere"),
            _ => vec![chat_answer("hi")],
        })
        .await;
        let answer = client(&wire).chat("d").user("?").send().await;
        if matches!(status, 307 | 308) {
            assert_eq!(answer.unwrap().text(), "hi", "{status}");
            let second = &wire.requests()[1];
            assert!(second.starts_with("POST /elsewhere"), "{second}");
            assert!(
                second.contains(&format!("api-key: {}", planted::KEY))
                    && second.contains("\"messages\"")
            );
        } else {
            assert_eq!(answer.unwrap_err().kind(), ErrorKind::Redirect, "{status}");
            assert_eq!(wire.requests().len(), 1, "{status}");
        }
    }
}

/// Behind a proxy any host and any port can be named: it sees what is sent, and where to.
#[tokio::test]
async fn of_five_statuses_and_six_targets_only_those_of_the_origin_that_keep_the_body_are_followed()
{
    for status in STATUSES {
        for (target, same_origin) in [
            ("/again", true),
            ("http://localhost:80/again", true),
            ("http://127.0.0.1/again", false),
            ("http://localhost:81/again", false),
            ("https://localhost/again", false),
            ("http://user:word@localhost/again", false),
        ] {
            let proxy = Wire::start(move |n| match n {
                0 => redirect(status, target),
                _ => vec![chat_answer("hi")],
            })
            .await;
            let through = reqwest::Proxy::all(proxy.endpoint()).unwrap();
            let client = planted::builder()
                .endpoint("http://localhost")
                .api_key(planted::KEY)
                .retry(RetryPolicy::none())
                .http(move |http| http.proxy(through.clone()))
                .build()
                .unwrap();
            let answer = client.chat("d").user("?").send().await;
            let followed = same_origin && matches!(status, 307 | 308);
            assert_eq!(answer.is_ok(), followed, "{status} {target}");
            assert_eq!(proxy.requests().len(), 1 + usize::from(followed), "{status} {target}");
            if let Err(error) = answer {
                assert_eq!(error.kind(), ErrorKind::Redirect, "{status} {target}");
            }
        }
    }
}

#[tokio::test]
async fn a_relative_redirect_stays_within_the_origin() {
    for status in [307, 308] {
        let wire = Wire::start(move |n| match n {
            0 => redirect(status, "?again=1"),
            _ => vec![chat_answer("hi")],
        })
        .await;
        assert_eq!(client(&wire).chat("d").user("?").send().await.unwrap().text(), "hi");
    }
}

#[tokio::test]
async fn no_redirect_leaves_the_origin() {
    for status in STATUSES {
        let other = Wire::always(vec![chat_answer("stolen")]).await;
        for location in [
            format!("http://127.0.0.1:{}/x", other.port()),
            format!("http://localhost:{}/x", other.port()),
            format!("https://127.0.0.1:{}/x", other.port()),
            format!("http://user:pw@127.0.0.1:{}/x", other.port()),
        ] {
            let target = location.clone();
            let wire = Wire::start(move |_| redirect(status, &target)).await;
            let error = client(&wire).chat("d").user("?").send().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect, "{status} {location}");
            assert_eq!(error.as_api().unwrap().status(), status);
        }
        let wire = Wire::start(move |_| redirect(status, "http://u:p@127.0.0.1:1/x")).await;
        assert!(client(&wire).chat("d").user("?").send().await.is_err());
        assert!(other.requests().is_empty(), "{:?}", other.requests());
    }
}

#[tokio::test]
async fn a_url_with_a_name_or_a_password_is_not_followed() {
    for user in ["user", ":word", "user:word"] {
        let port = Arc::new(OnceLock::new());
        let known = Arc::clone(&port);
        let again = move || format!("http://{user}@127.0.0.1:{}/again", known.get().unwrap());
        let wire = Wire::start(move |_| redirect(307, &again())).await;
        port.set(wire.port()).unwrap();
        let error = client(&wire).chat("d").user("?").send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{user}");
        assert_eq!(wire.requests().len(), 1, "{user}");
    }
}

#[tokio::test]
async fn a_chain_that_crosses_origins_and_comes_back_stops_at_the_border() {
    let back = Wire::always(vec![chat_answer("stolen")]).await;
    let border = back.endpoint();
    let wire = Wire::start(move |n| match n {
        0 => redirect(307, "/same"),
        _ => redirect(307, &border),
    })
    .await;
    let error = client(&wire).chat("d").user("?").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert_eq!((wire.requests().len(), back.requests().len()), (2, 0));
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let wire = Wire::start(|_| redirect(307, "/again")).await;
    let error = client(&wire).chat("d").user("?").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert_eq!(wire.requests().len(), 11, "ten redirects are followed");
}
