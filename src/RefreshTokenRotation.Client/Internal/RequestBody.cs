namespace RefreshTokenRotation.Client;

/// <summary>Says whether a request's body can be sent a second time.</summary>
internal static class RequestBody
{
    public static bool IsRepeatable(HttpRequestMessage request) =>
        request.Options.TryGetValue(RefreshTokenRequestExtensions.Repeatable, out var isRepeatable) ? isRepeatable : IsRepeatable(request.Content);

    // A stream may be used up, and content of unknown type may read one.
    private static bool IsRepeatable(HttpContent? content) => content switch
    {
        null => true,
        ByteArrayContent or ReadOnlyMemoryContent => true, // text and forms are byte arrays too
        System.Net.Http.Json.JsonContent json => !IsAsyncSequence(json.ObjectType),
        MultipartContent parts => parts.All(IsRepeatable),
        _ => false,
    };

    // Asked of the type alone: a sequence that is read while it is sent may not begin again. A type that hides one is the caller's to mark.
    private static bool IsAsyncSequence(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);
}
