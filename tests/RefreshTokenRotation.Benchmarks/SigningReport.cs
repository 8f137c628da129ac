using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Jwt;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>What an access token costs, as a ratio to the bare signature of as many bytes, measured in turn in one run.</summary>
internal static class SigningReport
{
    public static void Run(bool quick)
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var data = new byte[600];
        var ecFloor = new Measurement("bare ES256", () => ecdsa.SignData(data, HashAlgorithmName.SHA256));
        var rsaFloor = new Measurement("bare RS256", () => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var pssFloor = new Measurement("bare PS256", () => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        var ec = Issue("issue ES256", SigningKey.FromECDsa(ecdsa), "read");
        var both = Issue("issue ES256, with ID token", SigningKey.FromECDsa(ecdsa), "openid");
        var rs = Issue("issue RS256", SigningKey.FromRsa(rsa), "read");
        var ps = Issue("issue PS256", SigningKey.FromRsa(rsa, SigningAlgorithm.PS256), "read");
        var readEc = Read("read ES256", SigningKey.FromECDsa(ecdsa));
        var readRs = Read("read RS256", SigningKey.FromRsa(rsa));

        var ecTwo = Issue("issue ES256, 2 threads", SigningKey.FromECDsa(ecdsa), "read", threads: 2);
        var rsTwo = Issue("issue RS256, 2 threads", SigningKey.FromRsa(rsa), "read", threads: 2);

        var contentions = Monitor.LockContentionCount;
        Measurement.RunInTurn([ecFloor, ec, ecTwo, both, rsaFloor, rs, rsTwo, pssFloor, ps, readEc, readRs], quick ? 5 : 15, quick ? 300 : 1000);
        contentions = Monitor.LockContentionCount - contentions;

        Console.WriteLine($"{"operation",-28} {"us",8} {"bytes",7} {"ratio to the bare signature",30}");
        Print(ec, ecFloor);
        Print(ecTwo, ecFloor);
        Print(both, ecFloor);
        Print(rs, rsaFloor);
        Print(rsTwo, rsaFloor);
        Print(ps, pssFloor);
        Print(readEc, null);
        Print(readRs, null);
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"rate of 2 threads/1 thread: ES256 {2 / ecTwo.RatioTo(ec):F2}, RS256 {2 / rsTwo.RatioTo(rs):F2}; threads that waited for a lock: {contentions}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"es256/sign: {ec.RatioTo(ecFloor):F2}, rs256/sign: {rs.RatioTo(rsaFloor):F2}"));
    }

    private static Measurement Issue(string name, SigningKey key, string scope, int threads = 1)
    {
        var (issuer, request) = (Issuer(key), Request(scope));
        return new Measurement(name, () => Complete(issuer.IssueAsync(request, CancellationToken.None)), threads);
    }

    private static Measurement Read(string name, SigningKey key)
    {
        var issuer = Issuer(key);
        var token = Complete(issuer.IssueAsync(Request("read"), CancellationToken.None)).Value;
        return new Measurement(name, () => Complete(issuer.ValidateAsync(token, CancellationToken.None)));
    }

    private static T Complete<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    private static IAccessTokenIssuer Issuer(SigningKey key)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().UseJwtAccessTokens(options =>
        {
            options.Issuer = "https://issuer.example/";
            options.SigningKeys.Add(key);
        });
        return services.BuildServiceProvider().GetRequiredService<IAccessTokenIssuer>();
    }

    private static AccessTokenRequest Request(string scope) => new()
    {
        Subject = "auth0|5f7c8ec7c33c6c004bbafe82",
        ClientId = "AaiyAPdpYdesoKnqjj8HJqRn4T5titww",
        Scopes = [scope, "offline_access"],
        Resources = ["https://api.example"],
        SessionId = "Lp1ENrAuYYLsf_jAkfFoyZ06iuw50m5p",
        AuthenticationTime = DateTimeOffset.UnixEpoch.AddYears(55),
        Generation = 4,
    };

    private static void Print(Measurement measurement, Measurement? floor)
    {
        var ratio = floor is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{measurement.RatioTo(floor):F2} of {floor.Median / 1000:F1} us, {floor.Bytes:F0} B");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{measurement.Name,-28} {measurement.Median / 1000,8:F1} {measurement.Bytes,7:F0} {ratio,30}"));
    }
}
