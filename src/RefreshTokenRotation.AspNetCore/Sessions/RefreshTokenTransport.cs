namespace RefreshTokenRotation.AspNetCore;

/// <summary>How the refresh token travels between an API and its clients.</summary>
public enum RefreshTokenTransport
{
    /// <summary>In the JSON body: for apps on phones, desktops and servers.</summary>
    Body = 1,

    /// <summary>In a cookie that no script can read (<c>Secure</c>, <c>HttpOnly</c>, <c>SameSite=Strict</c>), sent only to the API's own paths:
    /// for browsers. Cross-site requests are rejected.</summary>
    Cookie = 2,
}
