namespace ParaKit.Workspaces.Fixing;

/// <summary>A diagnostic of one of the rules.</summary>
/// <param name="Rule">Such as PK0003.</param>
/// <param name="File">Relative to the project's folder.</param>
/// <param name="Line">First line, from 1.</param>
public sealed record RuleFinding(string Rule, string File, int Line);
