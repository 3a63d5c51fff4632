//! Names, units, boundaries and attributes of metrics.

use std::collections::BTreeSet;
use std::time::Duration;

use openai_azure::{Client, Endpoint};
use openai_azure_tests::planted;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};

use crate::conventions::{METRIC_ATTRIBUTES, METRICS, PROVIDER};
use crate::observed::{DEPLOYMENT, Observed, serve, stream};
use crate::spans::chat_body;
use crate::streams::chunks;

const DURATION: &str = "gen_ai.client.operation.duration";
const TOKENS: &str = "gen_ai.client.token.usage";

async fn chat(client: &Client) {
    client.chat(DEPLOYMENT).user("Planted question.").send().await.unwrap();
}

#[tokio::test]
async fn the_metrics_are_exactly_those_of_the_conventions() {
    let observed = Observed::start();
    let unary = serve(200, "application/json", &chat_body()).await;
    chat(&observed.client(&unary).build().unwrap()).await;
    let wire = stream(chunks(), Duration::ZERO).await;
    let client = observed.client(&wire).build().unwrap();
    let mut events = client.chat(DEPLOYMENT).user("Planted").stream().await.unwrap();
    events.finish().await.unwrap();

    let points = observed.points();
    let names: BTreeSet<_> = points.iter().map(|point| point.metric.as_str()).collect();
    assert_eq!(names, METRICS.iter().map(|metric| metric.name).collect());
    for metric in &METRICS {
        for point in points.iter().filter(|point| point.metric == metric.name) {
            assert_eq!(point.unit, metric.unit, "{}", metric.name);
            assert_eq!(point.bounds, metric.bounds, "{}", metric.name);
            let mut expected: BTreeSet<_> = METRIC_ATTRIBUTES.iter().copied().collect();
            expected.extend(metric.more.iter().filter(|name| **name != "error.type"));
            let actual: BTreeSet<_> = point.attributes.keys().map(String::as_str).collect();
            assert_eq!(actual, expected, "{}", metric.name);
            assert_eq!(point.attributes["gen_ai.operation.name"], "chat");
            assert_eq!(point.attributes["gen_ai.provider.name"], PROVIDER);
            assert_eq!(point.attributes["gen_ai.request.model"], DEPLOYMENT);
            assert_eq!(point.attributes["server.address"], "127.0.0.1");
        }
    }
}

#[tokio::test]
async fn a_call_is_measured_once_with_its_tokens_by_type() {
    let observed = Observed::start();
    let wire = serve(200, "application/json", &chat_body()).await;
    let client = observed.client(&wire).build().unwrap();
    chat(&client).await;
    chat(&client).await;
    let [duration] = &observed.points_of(DURATION)[..] else { panic!("one set of attributes") };
    assert_eq!(duration.count, 2);
    assert!(duration.sum > 0.0 && duration.sum < 60.0, "{duration:?}");
    let tokens = observed.points_of(TOKENS);
    assert_eq!(tokens.len(), 2);
    for point in tokens {
        let sum = match point.attributes["gen_ai.token.type"].as_str() {
            "input" => 24.0,
            "output" => 14.0,
            other => panic!("{other}"),
        };
        assert_eq!((point.count, point.sum), (2, sum));
    }
    assert!(!observed.everything().contains("lanted"));
}

#[tokio::test]
async fn tokens_that_are_not_known_are_not_counted() {
    let observed = Observed::start();
    let body = r#"{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Hi"}}]}"#;
    let wire = serve(200, "application/json", body).await;
    chat(&observed.client(&wire).build().unwrap()).await;
    assert_eq!(observed.points_of(DURATION).len(), 1);
    assert!(observed.points_of(TOKENS).is_empty());
    let names: Vec<_> = observed.points().into_iter().map(|point| point.metric).collect();
    assert_eq!(names, [DURATION], "no times of chunks without a stream");
}

#[tokio::test]
async fn operations_that_are_no_generative_ai_are_not_measured() {
    let observed = Observed::start();
    let wire = serve(200, "application/json", r#"{"object":"list","data":[]}"#).await;
    let client = observed.client(&wire).build().unwrap();
    client.files().list().send().await.unwrap();
    assert_eq!(observed.span().name, "files_list");
    assert!(observed.points().is_empty());
}

#[tokio::test]
async fn audio_that_is_read_as_bytes_is_measured_too() {
    let observed = Observed::start();
    let wire = serve(200, "audio/mpeg", "audio").await;
    let client = observed.client(&wire).build().unwrap();
    let bytes = client.speak(DEPLOYMENT, "Planted").voice("alloy").send().await.unwrap();
    assert_eq!(bytes.len(), 5);
    let [point] = &observed.points()[..] else { panic!("{:?}", observed.points()) };
    assert_eq!(point.metric, DURATION);
    assert_eq!(point.attributes["gen_ai.operation.name"], "generate_content");
    let mut audio = client.speak(DEPLOYMENT, "Planted").voice("alloy").stream().await.unwrap();
    while audio.try_next().await.unwrap().is_some() {}
    let names: BTreeSet<_> = observed.points().into_iter().map(|point| point.metric).collect();
    assert!(names.contains("gen_ai.client.operation.time_to_first_chunk"), "{names:?}");
    assert_eq!(observed.points_of(DURATION)[0].count, 2);
    assert!(!observed.everything().contains("Planted"));
}

#[tokio::test]
async fn without_a_provider_of_its_own_a_client_takes_the_global_one() {
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
    opentelemetry::global::set_meter_provider(provider.clone());
    let wire = serve(200, "application/json", &chat_body()).await;
    let endpoint = Endpoint::v1(&wire.endpoint()).unwrap();
    let client = planted::builder().endpoint(endpoint).api_key(planted::KEY).build().unwrap();
    chat(&client).await;
    provider.force_flush().unwrap();
    let exported = format!("{:?}", exporter.get_finished_metrics().unwrap());
    assert!(exported.contains(DURATION), "{exported}");
}
