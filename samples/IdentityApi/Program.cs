var app = await IdentityApi.Api.BuildAsync(args);
await app.RunAsync();
