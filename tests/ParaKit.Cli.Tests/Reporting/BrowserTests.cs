using Microsoft.Playwright;

namespace ParaKit.Cli.Tests.Reporting;

/// <summary>The report as a browser shows it.</summary>
public sealed class BrowserTests(SampleReport report) : IClassFixture<SampleReport>
{
    // WCAG 2.1, "Contrast (Minimum)".
    private const double LeastContrast = 4.5;

    private const string ContrastOfText = """
        () => {
          const rgb = c => c.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
          const luminance = c => { const [r, g, b] = rgb(c); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const paper = luminance(getComputedStyle(document.body).backgroundColor);
          return Math.min(...['p', 'th', 'td', '.note', '.verdict', 'a', '.lead', 'pre'].map(s => {
            const ink = luminance(getComputedStyle(document.querySelector(s)).color);
            return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
          }));
        }
        """;

    [ChromiumTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Page_ShowsWithoutErrorsAndFits(ColorScheme scheme, int width)
    {
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = ChromiumTheoryAttribute.Chromium, Args = ["--no-sandbox", "--disable-gpu"] });
        IPage page = await browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } });
        List<string> problems = [];
        page.Console += (_, message) => problems.Add(message.Text);
        page.PageError += (_, error) => problems.Add(error);
        page.Request += (_, request) => AddIfForeign(request.Url, problems);

        await page.GotoAsync(new Uri(report.File).AbsoluteUri);
        foreach (ILocator details in await page.Locator("summary").AllAsync())
        {
            await details.EvaluateAsync("element => element.parentElement.open = true");
        }

        Assert.Empty(problems);
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.InRange(await page.EvaluateAsync<double>(ContrastOfText), LeastContrast, 21);
        Assert.All(await BoxesAsync(page), box => Assert.True(box is { Width: > 40, Height: > 5 }, $"{box?.Width} x {box?.Height}"));
    }

    private static void AddIfForeign(string url, List<string> problems)
    {
        if (!url.StartsWith("file:", StringComparison.Ordinal) && !url.StartsWith("data:", StringComparison.Ordinal))
        {
            problems.Add(url);
        }
    }

    private static async Task<IReadOnlyList<LocatorBoundingBoxResult?>> BoxesAsync(IPage page)
    {
        List<LocatorBoundingBoxResult?> boxes = [];
        foreach (ILocator part in await page.Locator("section h2, svg, .bars .bar, article").AllAsync())
        {
            boxes.Add(await part.BoundingBoxAsync());
        }

        return boxes;
    }
}
