using System.Text;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware.Tests.Time;

public sealed class CostProfileFileTests
{
    [Fact]
    public void Load_Default_IsTheDefault() => Assert.Same(CostProfile.Default, CostProfileFile.Load("default"));

    [Fact]
    public void Load_BuiltIn_HasItsFigures()
    {
        var profile = CostProfileFile.Load("pentium4-672");
        Assert.Equal((3_800_000_000UL, 2409UL, 1931UL, 178UL), (profile.FrequencyHz, profile.HardwareEntry, profile.HardwareExit, profile.ControlRead));
    }

    [Fact]
    public void Load_Unknown_NamesTheProfiles()
    {
        var exception = Assert.Throws<CostProfileException>(() => CostProfileFile.Load("pentium5"));
        Assert.Contains("default, modern, pentium4-672", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("/")]
    public void Load_NoFile_IsOneError(string path) => Assert.Throws<CostProfileException>(() => CostProfileFile.Load(path));

    [Theory]
    [InlineData("", "(1,1): not JSON")]
    [InlineData("{\n  \"name\": ,", "(2,11): not JSON")]
    [InlineData("[]", "the profile must be an object, and is Array")]
    [InlineData("{ \"name\": \"\\ud800\", \"frequencyHz\": 1, \"costs\": 1 }", "costs must be an object")]
    public void Read_NotAProfile_SaysWhereAndWhy(string text, string expected) =>
        Assert.Contains(expected, Refusal(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);

    [Fact]
    public void Read_MemberTwice_IsRefused() =>
        Assert.Contains("'name' twice", Refusal("{ \"name\": \"a\", \"name\": \"b\", \"frequencyHz\": 1, \"costs\": {} }"u8.ToArray()), StringComparison.Ordinal);

    [Fact]
    public void Read_Endless_IsRefused() => Assert.Contains("more than", Refusal(new byte[(1 << 20) + 1]), StringComparison.Ordinal);

    private static string Refusal(byte[] bytes) =>
        Assert.Throws<CostProfileException>(() => CostProfileFile.Read(new MemoryStream(bytes), "mine.json")).Message;
}
