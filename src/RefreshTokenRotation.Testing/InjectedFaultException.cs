namespace RefreshTokenRotation.Testing;

/// <summary>The outage that a <see cref="FaultingTokenStore"/> simulates.</summary>
public sealed class InjectedFaultException : Exception
{
    /// <summary>Creates the exception.</summary>
    public InjectedFaultException()
        : base("An outage of the store was injected.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The fault and the call.</param>
    public InjectedFaultException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The fault and the call.</param>
    /// <param name="innerException">The failure.</param>
    public InjectedFaultException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
