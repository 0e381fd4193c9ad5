namespace ParaKit.Image.Linking;

/// <summary>Finds the routine behind a symbol, for one mode.</summary>
internal sealed class RoutineLibrary
{
    private readonly Dictionary<string, Routine> _routines;
    private readonly ImageMode _mode;

    internal RoutineLibrary(ImageMode mode)
    {
        _mode = mode;
        IEnumerable<Routine> ofMode = mode == ImageMode.Native ? NativeRoutines.All : ParavirtualRoutines.All;
        _routines = ofMode.Concat(RuntimeRoutines.All).ToDictionary(r => r.Symbol);
    }

    /// <summary>The routine that defines <paramref name="symbol"/>, or null.</summary>
    internal Routine? Find(string symbol)
    {
        if (_routines.TryGetValue(symbol, out Routine? routine))
        {
            return routine;
        }

        if (MachineOperations.Find(symbol) is { } operation)
        {
            return new Routine(symbol, (a, _) =>
            {
                operation.Emit(a);
                a.ret();
            });
        }

        return _mode == ImageMode.Paravirt
            && ParavirtualRoutines.TryParseHypercall(symbol, out int arguments, out int number)
            && arguments > 3
                ? ParavirtualRoutines.WithFourthArgument(symbol, number)
                : null;
    }
}
