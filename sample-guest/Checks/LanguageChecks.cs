using System;

/// <summary>Ordinary C# in a kernel.</summary>
internal static class LanguageChecks
{
    public static void Run()
    {
        SelfCheck.Report("static tables and spans", Crc32.Compute("123456789"u8) == 0xcbf43926, Crc32.Compute("123456789"u8));
        SelfCheck.Report("interfaces and generics", Shapes.TotalArea() == 9 + 8 + 25, Shapes.TotalArea());
        Func<ulong, ulong> square = static x => x * x;
        SelfCheck.Report("delegates", square(12) == 144, square(12));
    }
}
