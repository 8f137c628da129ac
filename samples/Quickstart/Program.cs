using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Quickstart;
using RefreshTokenRotation;

// Register a policy for each client, and an event handler.
var clock = new StoryClock();
var services = new ServiceCollection();
services.AddSingleton<TimeProvider>(clock);
services
    .AddRefreshTokenRotation(options =>
    {
        options.ClientPolicies["notes-app"] = RotationPolicy.Mobile;
        options.ClientPolicies["kiosk-app"] = RotationPolicy.Strict with { ActiveCap = 2 };
        options.ClientPolicies["old-app"] = RotationPolicy.Strict with { RotationType = RotationType.NonRotating };
    })
    .AddEventHandler<EventLog>(ServiceLifetime.Singleton);

var provider = services.BuildServiceProvider();
var tokens = provider.GetRequiredService<IRefreshTokenService>();
var sessions = provider.GetRequiredService<ITokenFamilyManager>();
var policies = provider.GetRequiredService<IRotationPolicyManager>();
var events = (EventLog)provider.GetRequiredService<IRefreshTokenEventHandler>();

Console.OutputEncoding = Encoding.UTF8;
var screen = new Screen(Console.Out, clock, Screen.WantsColour);
var endpoint = new TokenEndpoint(tokens, screen);
Device NewDevice(string name, string client) => new(name, client, endpoint);

screen.Title(
    "Refresh token rotation with automatic reuse detection",
    "Each row is a response, a listing or an event of the engine. The sample has its own clock, which the story moves,",
    "so nothing waits. Tokens are shortened so that you can compare them; a host never prints one.");

screen.Chapter("Alice logs in on two devices");
var phone = NewDevice("phone", "notes-app");
var laptop = NewDevice("laptop", "notes-app");
await phone.LogInAsync("alice");
clock.Advance(TimeSpan.FromMinutes(5));
await laptop.LogInAsync("alice");

screen.Chapter("Every refresh replaces the token");
clock.Advance(TimeSpan.FromHours(1));
var copied = await phone.RefreshAsync();
screen.Note("A thief copies this token from a backup of the phone, and waits.");
clock.Advance(TimeSpan.FromHours(1));
await phone.RefreshAsync();
await laptop.RefreshAsync();

screen.Chapter("A lost response, retried at once");
var policy = await policies.GetAsync("notes-app");
screen.Note($"Inside the leeway of {policy.Leeway.TotalSeconds} s, the previous token gets the very same successor again.");
clock.Advance(TimeSpan.FromHours(1));
var lost = await phone.RefreshAndLoseTheAnswerAsync();
clock.Advance(TimeSpan.FromSeconds(4));
var retried = await phone.RefreshAsync();
screen.Check("the retry got the token that was lost", retried == lost);

screen.Chapter("A lost response, noticed hours later");
screen.Note($"Inside the recovery window of {policy.RecoveryWindow.TotalHours} h, once, a new successor displaces the lost one.");
lost = await laptop.RefreshAndLoseTheAnswerAsync();
clock.Advance(TimeSpan.FromHours(3));
var recovered = await laptop.RefreshAsync();
screen.Check("the laptop got the token that was lost", recovered == lost);
screen.Check("the lost token is", await IntrospectAsync(lost));
screen.Check("the recovered token is", await IntrospectAsync(recovered));

screen.Chapter("The thief replays the old token");
screen.Note("The family ends for both, who must log in again. Alice's other device has its own family.");
clock.Advance(TimeSpan.FromHours(12));
var thief = NewDevice("thief", "notes-app");
thief.Token = copied;
await thief.RefreshAsync();
await phone.RefreshAsync();
await laptop.RefreshAsync();
clock.Advance(TimeSpan.FromMinutes(1));
await phone.LogInAsync("alice");

screen.Chapter("A cap on sessions");
policy = await policies.GetAsync("kiosk-app");
screen.Note($"At most {policy.ActiveCap} active sessions per user at this client: another log-in evicts the oldest.");
var kiosks = new[] { NewDevice("lobby", "kiosk-app"), NewDevice("cafe", "kiosk-app"), NewDevice("library", "kiosk-app") };
foreach (var kiosk in kiosks)
{
    clock.Advance(TimeSpan.FromMinutes(10));
    await kiosk.LogInAsync("alice");
}

await kiosks[0].RefreshAsync();
clock.Advance(TimeSpan.FromHours(6));

screen.Chapter("A client moves from reusable to rotating tokens");
var desktop = NewDevice("desktop", "old-app");
var tablet = NewDevice("tablet", "old-app");
await desktop.LogInAsync("alice");
clock.Advance(TimeSpan.FromMinutes(5));
await tablet.LogInAsync("alice");
clock.Advance(TimeSpan.FromHours(1));
var before = desktop.Token;
screen.Check("a reusable token comes back unchanged", await desktop.RefreshAsync() == before);
screen.Note("The policy changes at run time. The first exchange swaps the token and deletes the user's other reusable ones.");
await policies.SetAsync("old-app", RotationPolicy.Spa);
await desktop.RefreshAsync();
await tablet.RefreshAsync();

screen.Chapter("And back");
await policies.RemoveAsync("old-app");
clock.Advance(TimeSpan.FromHours(1));
before = await desktop.RefreshAsync();
clock.Advance(TimeSpan.FromHours(1));
screen.Check("a reusable token comes back unchanged", await desktop.RefreshAsync() == before);

screen.Chapter("Five processes of Bob's agent share one stored token");
screen.Note("Each caches it for 50 minutes. A process that is rejected reads the store again, and asks Bob to log in if that doesn't help.");
foreach (var (name, preset) in new[] { ("strict", RotationPolicy.Strict), ("SPA", RotationPolicy.Spa), ("agents", RotationPolicy.Agents) })
{
    screen.Check($"forced log-ins in a day, {name}", $"{await AgentStory.CountForcedLogInsAsync(preset)}");
}

screen.Chapter("What Alice sees: her sessions");
screen.Sessions((await sessions.ListAsync(TokenFamilyFilter.ForUser("alice"))).Families);

screen.Chapter("What the host sees: the events (! = have a look)");
await provider.DisposeAsync(); // Stopping drains the queue.
screen.Events(events.Events);

async Task<string> IntrospectAsync(RefreshToken token) =>
    await tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = token }) is IntrospectResult.Active ? "active" : "inactive";
