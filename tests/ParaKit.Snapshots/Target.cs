namespace VerifyTests;

/// <summary>One text to compare.</summary>
/// <param name="Extension">Of the snapshot file, without a dot.</param>
/// <param name="Data">The text.</param>
/// <param name="Name">Appended to the file's name after <c>#</c>; needed when a test has several targets.</param>
public readonly record struct Target(string Extension, string Data, string? Name = null);
