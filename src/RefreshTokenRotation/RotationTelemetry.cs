namespace RefreshTokenRotation;

/// <summary>The public names of metrics and traces.</summary>
public static class RotationTelemetry
{
    /// <summary>The meter: <c>RefreshTokenRotation</c>.</summary>
    public const string MeterName = "RefreshTokenRotation";

    /// <summary>The activity source: <c>RefreshTokenRotation</c>.</summary>
    public const string ActivitySourceName = "RefreshTokenRotation";
}
