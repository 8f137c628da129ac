namespace RefreshTokenRotation.Tests;

/// <summary>Codes and numbers are stored and logged by hosts: they never change.</summary>
[TestFixture]
internal sealed class ReasonCodesTests
{
    [Test]
    public void Codes_of_refusals_are_frozen()
    {
        Frozen<RejectionReason>(
            ReasonCodes.ToCode,
            "1 unknown", "2 client_mismatch", "3 sender_mismatch", "4 revoked", "5 expired", "6 invalid_scope", "7 invalid_target", "8 reuse_detected",
            "9 refused");
    }

    [Test]
    public void Codes_of_revocations_are_frozen()
    {
        Frozen<RevocationReason>(
            ReasonCodes.ToCode,
            "1 reuse_detected", "2 client_request", "3 user", "4 administrator", "5 session_ended", "6 credentials_changed", "7 authorization_code_reused",
            "8 evicted", "9 migrated");
    }

    [Test]
    public void Codes_of_outcomes_are_frozen()
    {
        Frozen<ExchangeOutcome>(
            ReasonCodes.ToCode, "1 rotated", "2 used", "3 converted_to_rotating", "4 converted_to_non_rotating", "5 reissued", "6 recovered");
    }

    [TestCase(0)]
    [TestCase(99)]
    public void Values_without_a_name_have_no_code(int value)
    {
        Func<string>[] codes = [() => ((RejectionReason)value).ToCode(), () => ((RevocationReason)value).ToCode(), () => ((ExchangeOutcome)value).ToCode()];

        codes.Should().AllSatisfy(code => code.Should().Throw<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Numbers_that_are_stored_are_frozen()
    {
        Enum.GetValues<RotationType>().Select(type => $"{(int)type} {type}").Should().Equal("1 Rotating", "2 NonRotating");
    }

    private static void Frozen<T>(Func<T, string> code, params string[] expected)
        where T : struct, Enum
    {
        var actual = Enum.GetValues<T>().Select(value => $"{Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)} {code(value)}").ToArray();
        actual.Should().Equal(expected);
        Enum.GetValues<T>().Select(code).Should().OnlyHaveUniqueItems();
    }
}
