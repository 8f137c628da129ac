using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Jwt.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>Values of claims that run the host's code while the token is written.</summary>
[TestFixture]
internal sealed class ClaimValueTests
{
    [Test]
    public async Task Claim_that_can_not_be_written_leaves_nothing_in_the_next_token()
    {
        var converter = new Converter(static _ => throw new FormatException("no such value"));
        await using var issuing = Build(converter);
        await using var other = new Issuing();

        await issuing.Awaiting(it => it.IssueAsync()).Should().ThrowAsync<FormatException>();
        var next = await other.AccessAsync();

        next.PayloadText.Should().StartWith("{\"iss\"").And.EndWith("}");
        next["sub"].Should().Be("alice");
        next.Has("value").Should().BeFalse();
    }

    [Test]
    public async Task Claim_that_issues_a_token_while_it_is_written_spoils_neither()
    {
        await using var other = new Issuing();
        var inner = string.Empty;
        var converter = new Converter(writer =>
        {
            var issued = other.Tokens.IssueAsync(Issuing.Request("inner"), CancellationToken.None);
            issued.IsCompletedSuccessfully.Should().BeTrue();
            inner = issued.Result.Value;
            writer.WriteStringValue("outer");
        });
        await other.IssueAsync(); // its keys are loaded
        await using var issuing = Build(converter);

        var outer = await issuing.AccessAsync();

        outer["scope"].Should().Be("read write");
        outer["value"].Should().Be("outer");
        new ReadToken(inner)["scope"].Should().Be("inner");
    }

    [Test]
    public async Task Token_after_a_much_longer_one_is_whole()
    {
        await using var issuing = Build(new Converter(static writer => writer.WriteStringValue(new string('x', 30_000))));
        await using var other = new Issuing();

        var longer = await issuing.AccessAsync();
        var next = await other.AccessAsync();

        longer["value"].Should().HaveLength(30_000);
        next.PayloadText.Should().StartWith("{\"iss\"").And.EndWith("}").And.NotContain("xxx");
    }

    private static Issuing Build(Converter converter)
    {
        var options = new JsonSerializerOptions { Converters = { converter }, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        var type = (JsonTypeInfo<Value>)options.GetTypeInfo(typeof(Value));
        return new(build: builder => builder.Services.AddSingleton<IClaimsSource>(new Source(() => JsonValue.Create(new Value(), type)!)));
    }

    private sealed record Value;

    private sealed class Converter(Action<Utf8JsonWriter> write) : JsonConverter<Value>
    {
        public override Value Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Value value, JsonSerializerOptions options) => write(writer);
    }

    private sealed class Source(Func<JsonNode> value) : IClaimsSource
    {
        public ValueTask AddClaimsAsync(ClaimsContext context, CancellationToken cancellationToken)
        {
            context.Add("value", value());
            return ValueTask.CompletedTask;
        }
    }
}
