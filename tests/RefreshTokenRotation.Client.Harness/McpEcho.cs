using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Server;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>An MCP server of the SDK with one tool, behind access tokens.</summary>
internal static class McpEcho
{
    public const string Path = "/mcp";
    public const string Tool = "echo";

    public static void Add(IServiceCollection services) =>
        services.AddMcpServer().WithHttpTransport(static options => options.Stateless = true).WithTools<Tools>();

    public static void Map(WebApplication app, Func<string, ValueTask<bool>> validate)
    {
        app.Use(next => async context =>
        {
            var header = context.Request.Headers.Authorization.ToString();
            if (!context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal)
                || (header.StartsWith("Bearer ", StringComparison.Ordinal) && await validate(header["Bearer ".Length..])))
            {
                await next(context);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        });
        app.MapMcp(Path);
    }

    [McpServerToolType]
    internal sealed class Tools
    {
        [McpServerTool(Name = Tool)]
        public static string Echo(string text) => $"echo {text}";
    }
}
