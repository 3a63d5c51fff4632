//! Responses: one recorded request of each kind. A test beside the other tests of responses makes
//! all of them again.

use openai_azure::responses::{ContentPart, ResponseToolChoice, TextFormat};

use super::recorded::Rebuilt::{Response, ResponseStream};
use super::recorded::Row;

const MINI: &str = "gpt-4o-mini";

pub(crate) const ROWS: &[Row] = &[
    (&["mirascope/responses-01.json", "mirascope/responses-32.json"], |r| {
        let response = r.client.respond(MINI).developer(r.input(0)).user(r.input(1));
        Response(response.tool(r.function(0).strict(false)))
    }),
    (&["mirascope/responses-sse-02.json", "mirascope/responses-sse-21.json"], |r| {
        let response = r.client.respond(MINI).developer(r.input(0)).user(r.input(1));
        ResponseStream(response.tool(r.function(0).strict(false)))
    }),
    (&["mirascope/responses-02.json"], |r| {
        let response = r.client.respond(MINI).developer(r.input(0)).user(r.input(1));
        let response = response.item(r.called(2)).item(r.called(3));
        let response = response.item(r.output(4)).item(r.output(5));
        let response = response.tool(r.function(0).strict(false));
        Response(response.tool_choice(ResponseToolChoice::none()))
    }),
    (&["mirascope/responses-03.json", "mirascope/responses-14.json"], |r| {
        let response = r.client.respond(MINI).developer(r.input(0)).user(r.input(1));
        Response(response.text_format(TextFormat::JsonObject))
    }),
    (&["mirascope/responses-06.json", "mirascope/responses-11.json"], |r| {
        Response(r.client.respond(MINI).user(r.input(0)).max_output_tokens(50))
    }),
    (&["mirascope/responses-07.json", "mirascope/responses-50.json"], |r| {
        let response = r.client.respond(MINI).user(r.input(0)).text_format(r.text_format());
        Response(response.tool(r.function(0).strict(false)))
    }),
    (&["mirascope/responses-10.json"], |r| {
        let picture = ContentPart::image_url(r.text("/input/0/content/1/image_url"));
        let text = ContentPart::text(r.text("/input/0/content/0/text"));
        Response(r.client.respond(MINI).user([text, picture.detail("auto")]))
    }),
    (&["mirascope/responses-13.json"], |r| {
        let response = r.client.respond(MINI).user(r.input(0)).max_output_tokens(500);
        Response(response.temperature(0.7).top_p(0.3))
    }),
    (&["mirascope/responses-16.json"], |r| {
        let format = r.text_format().description(r.text("/text/format/description"));
        Response(r.client.respond(MINI).user(r.input(0)).text_format(format))
    }),
    (&["mirascope/responses-21.json", "mirascope/responses-46.json"], |r| {
        let names = [r.text("/tools/0/name"), r.text("/tools/1/name")];
        let response = r.client.respond(MINI).developer(r.input(0)).user(r.input(1));
        let response = response.tool(r.function(0).strict(false));
        let response = response.tool(r.function(1).strict(true));
        Response(response.tool_choice(ResponseToolChoice::functions(true, names)))
    }),
    (&["mirascope/responses-31.json", "mirascope/responses-42.json"], |r| {
        let name = r.text("/tools/0/name");
        let response = r.client.respond(MINI).developer(r.input(0)).user(r.input(1));
        let response = response.tool(r.function(0).strict(true));
        Response(response.tool_choice(ResponseToolChoice::function(name)))
    }),
    (&["mirascope/responses-sse-36.json", "mirascope/responses-sse-54.json"], |r| {
        let response = r.client.respond(MINI).user(r.input(0));
        let response = response.item(r.called(1)).item(r.output(2));
        let response = response.tool(r.function(0).strict(false)).text_format(r.text_format());
        ResponseStream(response.tool_choice(ResponseToolChoice::none()))
    }),
];
