namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>Where a connection is cut.</summary>
public enum Cut
{
    /// <summary>The server sees nothing of the request.</summary>
    BeforeTheRequest,

    /// <summary>The server sees a part of the request.</summary>
    InTheMiddle,

    /// <summary>The server sees the request; the write may land when nobody waits for it any more.</summary>
    AfterTheRequest,

    /// <summary>The server has answered, and the answer is lost.</summary>
    AfterTheAnswer,
}
