using System;
using System.Collections.Generic;

namespace ParaKit.Workspaces;

/// <summary>A project or solution could not be read as a guest.</summary>
public class GuestLoadException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, as one sentence.</param>
    /// <param name="errors">What MSBuild said, one error each; may be empty.</param>
    public GuestLoadException(string message, IReadOnlyList<string> errors)
        : base(message) => Errors = errors;

    /// <summary>What MSBuild said, one error each; may be empty.</summary>
    public IReadOnlyList<string> Errors { get; }
}
