using System.Text.Json;
using RefreshTokenRotation.Torture.Nodes;
using RefreshTokenRotation.Torture.Runs;

return args switch
{
    ["node", var address, var file] => await NodeProgram.RunAsync(JsonSerializer.Deserialize<StoreAddress>(address)!, file),
    _ => await CommandLine.RunAsync(args),
};
