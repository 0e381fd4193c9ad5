namespace ParaKit.Sdk;

/// <summary>The link step of a guest build: object file in, kernel image out. Called by Sdk.targets; errors have MSBuild's form.</summary>
internal static class Program
{
    private const int Success = 0;
    private const int LinkFailed = 1;
    private const int BadUsage = 2;

    private static int Main(string[] arguments)
    {
        if (!LinkArguments.TryParse(arguments, out LinkArguments? link, out string? problem))
        {
            Console.Error.WriteLine($"parakit-link : error PKLINK000: {problem}");
            Console.Error.WriteLine(LinkArguments.Usage);
            return BadUsage;
        }

        try
        {
            return LinkStep.Run(link) ? Success : LinkFailed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Image.ImageFormatException or BadImageFormatException)
        {
            Console.Error.WriteLine($"{link.ObjectFile} : error PKLINK000: {exception.Message}");
            return BadUsage;
        }
    }
}
