namespace ParaKit.Architecture.Tests;

/// <summary>Fails with every finding in full, one per line.</summary>
internal static class Violations
{
    internal static void None(IEnumerable<string> findings)
    {
        string[] all = [.. findings];
        if (all.Length > 0)
        {
            Assert.Fail($"{all.Length} found:\n{string.Join('\n', all)}");
        }
    }
}
