using CustomTokenStore;
using RefreshTokenRotation.Testing.Conformance;

if (args is ["write", var path])
{
    await EndlessWriter.RunAsync(path, writers: 8);
}

Console.WriteLine("The journal store:");
await using var harness = new JournalHarness();
var report = await TokenStoreConformance.RunAllAsync(harness, Console.Out);

Console.WriteLine();
Console.WriteLine("The same store, with a compare-and-swap that ignores the version:");
await using var careless = new JournalHarness(store => new CarelessStore(store));
var result = await TokenStoreConformance.Get("swap.other-version").RunAsync(careless);
Console.WriteLine(result);

return report.Failed == 0 && result is ConformanceResult.Failed ? 0 : 1;
