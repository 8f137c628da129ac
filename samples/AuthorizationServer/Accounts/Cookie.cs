using AuthorizationServer.Setup;

namespace AuthorizationServer.Accounts;

/// <summary>A cookie that scripts can't read and that other sites can't send with a form or from a frame. On HTTPS its name binds it to
/// this host (<c>__Host-</c>), so that no sibling domain can plant it.</summary>
internal sealed class Cookie(string name, ServerSettings settings)
{
    private readonly bool _secure = settings.IsHttps;

    private string Name => _secure ? "__Host-" + name : name;

    public string? Read(HttpContext context) => context.Request.Cookies[Name] is { Length: > 0 } value ? value : null;

    public void Write(HttpContext context, string value) => context.Response.Cookies.Append(Name, value, Options());

    public void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, Options());

    private CookieOptions Options() => new() { HttpOnly = true, Secure = _secure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };
}
