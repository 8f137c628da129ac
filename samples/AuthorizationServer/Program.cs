using AuthorizationServer.Admin;
using AuthorizationServer.Flows;
using AuthorizationServer.Flows.AuthorizationCode;
using AuthorizationServer.Flows.Device;
using AuthorizationServer.Flows.LogOut;
using AuthorizationServer.Lab;
using AuthorizationServer.Notices;
using AuthorizationServer.Observability;
using AuthorizationServer.Setup;

var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration.Get<ServerSettings>()!;
settings.ResolveAddresses();
if (!builder.Environment.IsDevelopment())
{
    DemoSecrets.Refuse(settings);
}

builder.WebHost.ConfigureKestrel(options =>
{
    options.AddServerHeader = false;
    ServerLimits.Apply(options.Limits);
});
builder.Services.AddServer(settings);
builder.Services.AddOverloadLimits(settings);
builder.Services.AddAdministration();
builder.Services.AddObservability(settings, builder.Environment);
var kept = builder.Services.AddRotation(settings).UseStore(settings);

var app = builder.Build();
app.UseTransportSecurity(settings);
app.UseErrorPages();
app.UseLab();
app.UseBrowserFiles();
app.UseRouting();
app.UseOverloadLimits();
app.UseCors();
app.UseAuthentication();
app.UseBearerTokens();
app.UseAccessTokenDenyList();
app.UseRecoveryConfirmation();
app.UseAuthorization();
app.MapRefreshTokenRotation().LimitOverload();
AuthorizeEndpoint.Map(app);
DeviceEndpoint.Map(app);
DevicePages.Map(app);
Login.Map(app);
LogoutEndpoint.Map(app);
UserInfo.Map(app);
ProtectedApi.Map(app);
SessionPages.Map(app);
NoticePages.Map(app);
AdminPages.Map(app);
MetricsEndpoint.Map(app);
Home.Map(app);
LabEndpoints.Map(app);
var demo = app.Environment.IsDevelopment() ? " and sign in as alice, bob or admin, password pw" : string.Empty;
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"Open {settings.Issuer}{demo}. {kept}"));
app.Run();
