using System.Net.Sockets;
using System.Text;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Safety;

[TestFixture]
internal sealed class SlowBodyTests
{
    [Test]
    public async Task Body_that_does_not_come_is_given_up([Values("/login", "/oauth/device/code", "/oauth/token")] string path)
    {
        using var client = new TcpClient();
        var server = new Uri(SharedServer.Origin);
        await client.ConnectAsync(server.Host, server.Port);
        await using var stream = client.GetStream();
        var request = $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nclient_id=";

        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var answer = await reader.ReadToEndAsync().WaitAsync(Eventually.Patience);

        answer.Should().StartWith("HTTP/1.1 408").And.Contain("Connection: close");
    }
}
