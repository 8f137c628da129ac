namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>How the response of <c>/authorize</c> gets to the client.</summary>
internal enum ResponseMode
{
    /// <summary>In the query of the callback address (OAuth 2.0 Multiple Response Types section 2.1).</summary>
    Query = 1,

    /// <summary>In its fragment, which no server sees (section 2.1).</summary>
    Fragment = 2,

    /// <summary>In a form that the browser posts (OAuth 2.0 Form Post Response Mode).</summary>
    FormPost = 3,

    /// <summary>In a message to the window that embeds or opened the page.</summary>
    WebMessage = 4,
}

/// <summary>Their names in requests and metadata.</summary>
internal static class ResponseModes
{
    private static readonly (string Name, ResponseMode Mode)[] All =
    [
        ("query", ResponseMode.Query), ("fragment", ResponseMode.Fragment), ("form_post", ResponseMode.FormPost), ("web_message", ResponseMode.WebMessage),
    ];

    public static IEnumerable<string> Names => All.Select(known => known.Name);

    /// <summary>The mode that a request asks for; null if it is unknown.</summary>
    public static ResponseMode? Find(string? name) =>
        name is null ? ResponseMode.Query : All.Where(known => known.Name == name).Select(known => (ResponseMode?)known.Mode).FirstOrDefault();
}
