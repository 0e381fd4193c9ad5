using ParaKit.EndToEnd.Tests.Support;

namespace ParaKit.EndToEnd.Tests;

/// <summary>What the linker patched in the sample, as text that a reviewer reads: function, call before, instructions after.</summary>
[UsesVerify]
public sealed class LinkerListingTests
{
    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public Task PatchedCallSites(string mode) => Verifier.Verify(BuildOutput.SampleSites(mode))
        .UseFileName($"LinkerListing.{mode}.{BuildOutput.Configuration.ToLowerInvariant()}"); // ilc optimizes in Release only
}
