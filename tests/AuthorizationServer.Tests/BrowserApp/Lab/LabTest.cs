using AuthorizationServer.Tests.BrowserApp.Support;

namespace AuthorizationServer.Tests.BrowserApp.Lab;

/// <summary>A test with the theft lab in a browser of its own.</summary>
internal abstract class LabTest : BrowserTest
{
    protected async Task<LabPage> OpenLabAsync(string query = "?pace=0")
    {
        var page = new LabPage(await Context.NewPageAsync(), Server.Origin);
        await page.OpenAsync(query);
        return page;
    }
}
