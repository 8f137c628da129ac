using System.Buffers.Binary;
using Microsoft.Playwright;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.BrowserApp.Lab;

/// <summary>The picture of the lab in the main README. To take it anew: <c>UPDATE_PICTURE=1 dotnet test tests/AuthorizationServer.Tests --filter
/// PictureTests</c>.</summary>
[TestFixture]
internal sealed class PictureTests : LabTest
{
    // As wide as a README is shown, so that nothing is scaled.
    private const int Width = 880;
    private const int Height = 1096;
    private const int MostBytes = 150 * 1024;

    [Test]
    public async Task Picture_shows_the_end_of_the_fork_and_is_small()
    {
        var page = await OpenLabAsync();
        await page.Tab.SetViewportSizeAsync(Width, Height);
        await page.PlayAsync("fork");
        await page.Tab.Locator("[data-player=close]").ClickAsync();
        await page.Tab.EvaluateAsync("() => { document.activeElement.blur(); scrollTo(0, document.querySelector('.column:last-child').offsetTop - 16); }");
        var taken = await page.Tab.ScreenshotAsync(new PageScreenshotOptions { Animations = ScreenshotAnimations.Disabled });
        var path = Repository.PathOf("docs", "lab.png");
        if (Environment.GetEnvironmentVariable("UPDATE_PICTURE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, taken);
        }

        foreach (var picture in (byte[][])[taken, await File.ReadAllBytesAsync(path)])
        {
            picture.Should().HaveCountLessThanOrEqualTo(MostBytes);
            picture.AsSpan(1, 3).ToArray().Should().Equal("PNG"u8.ToArray());
            SizeOf(picture).Should().Be((Width, Height));
        }

        (await page.Tab.Locator("#timeline .alarm").EvaluateAsync<bool>("alarm => alarm.getBoundingClientRect().bottom < innerHeight")).Should().BeTrue();
    }

    /// <summary>From the header chunk (PNG, third edition, section 11.2.1).</summary>
    private static (int Width, int Height) SizeOf(byte[] png) =>
        (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
}
