using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>What a body must be, whatever it says.</summary>
public sealed class ManagementBodyTests
{
    private const string Good = """{"user_id":"alice"}""";

    [TestCase("application/json", 202)]
    [TestCase("application/json; charset=utf-8", 202)]
    [TestCase("Application/JSON; charset=\"UTF-8\"", 202)]
    [TestCase("application/json; charset=utf-16", 415)]
    [TestCase("application/x-www-form-urlencoded", 415)]
    [TestCase("text/json", 415)]
    [TestCase("application/merge-patch+json", 415)]
    [TestCase("nonsense", 415)]
    [TestCase(null, 415)]
    public async Task Only_json_in_utf8_is_read(string? contentType, int status)
    {
        await using var host = await Admin.StartAsync();

        (await SendAsync(host, Encoding.UTF8.GetBytes(Good), content =>
        {
            content.Headers.ContentType = null;
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        })).ShouldBe(status);
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"x\"")]
    [TestCase("{")]
    [TestCase("{}{}")]
    [TestCase("""{"user_id":"alice",}""")]
    [TestCase("""{"user_id":"alice","user_id":"alice"}""")]
    [TestCase("""{"user_id":"alice","user\u005fid":"alice"}""")]
    [TestCase("""{"user_id":"\ud800"}""")]
    [TestCase("""{"\ud800":"x"}""")]
    [TestCase("""{"ids":[[[[[[[[[[]]]]]]]]]]}""")]
    [TestCase("""{"user_id":"alice"/**/}""")]
    public async Task Body_that_is_no_object_of_json_is_refused(string body)
    {
        await using var host = await Admin.StartAsync();

        (await SendAsync(host, Encoding.UTF8.GetBytes(body))).ShouldBe(400, "JSON object");
    }

    [Test]
    public async Task Body_that_is_no_utf8_is_refused()
    {
        await using var host = await Admin.StartAsync();

        (await SendAsync(host, [.. """{"user_id":" """u8, 0xFF, .. "\"}"u8])).ShouldBe(400);
    }

    [TestCase("gzip", 415)]
    [TestCase("identity", 202)]
    public async Task Encoded_body_is_refused(string encoding, int status)
    {
        await using var host = await Admin.StartAsync();

        (await SendAsync(host, Encoding.UTF8.GetBytes(Good), content => content.Headers.ContentEncoding.Add(encoding))).ShouldBe(status);
    }

    [TestCase(4096, false, 202)]
    [TestCase(4097, false, 413)]
    [TestCase(4096, true, 202)]
    [TestCase(4097, true, 413)]
    public async Task Body_beyond_the_bound_is_refused_whether_or_not_it_tells_its_length(int length, bool chunked, int status)
    {
        await using var host = await Admin.StartAsync(setup => setup.Endpoints(options => options.MaximumBodySize = 4096));
        var body = Encoding.UTF8.GetBytes(Good + new string(' ', length - Good.Length));

        (await SendAsync(host, body, chunked: chunked)).ShouldBe(status);
    }

    [TestCase(StatusCodes.Status408RequestTimeout, 408)]
    [TestCase(StatusCodes.Status413PayloadTooLarge, 413)]
    [TestCase(StatusCodes.Status400BadRequest, 400)]
    public async Task Body_that_the_server_ends_keeps_the_servers_status(int ended, int status)
    {
        await using var host = await Admin.StartAsync(setup => setup.Pipeline = app => app.Use((context, next) =>
        {
            context.Request.Body = new EndedBody(ended);
            return next(context);
        }));

        var answer = await SendAsync(host, Encoding.UTF8.GetBytes(Good));

        answer.ShouldBe(status);
        (answer.Header("Connection") == "close").Should().Be(status == 408);
    }

    private sealed class EndedBody(int status) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new BadHttpRequestException("ended", status);
    }

    private static async Task<Answer> SendAsync(TestHost host, byte[] body, Action<HttpContent>? change = null, bool chunked = false) =>
        await host.AdminAsync("POST", "/refresh-tokens/revoke", change: request =>
        {
            request.Content = chunked ? new StreamContent(new MemoryStream(body)) : new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TransferEncodingChunked = chunked;
            change?.Invoke(request.Content);
        });
}
