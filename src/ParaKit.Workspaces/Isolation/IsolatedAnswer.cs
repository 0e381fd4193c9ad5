using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Tasks;
using ParaKit.Workspaces.Calls;

namespace ParaKit.Workspaces.Isolation;

/// <summary>What goes from one context to another, where the same type is two: text.</summary>
/// <param name="Calls">The calls.</param>
/// <param name="Error">Message of the exception, if there was one.</param>
/// <param name="Errors">What it lists.</param>
internal sealed record IsolatedAnswer(IReadOnlyList<RewrittenCall> Calls, string? Error, IReadOnlyList<string> Errors)
{
    /// <summary>The answer of some work, as text.</summary>
    internal static async Task<string> WriteAsync(Func<Task<ImmutableArray<RewrittenCall>>> find)
    {
        try
        {
            return JsonSerializer.Serialize(new IsolatedAnswer(await find().ConfigureAwait(false), null, []));
        }
        catch (GuestLoadException exception)
        {
            return JsonSerializer.Serialize(new IsolatedAnswer([], exception.Message, exception.Errors));
        }
    }

    /// <summary>The calls of an answer.</summary>
    /// <exception cref="GuestLoadException">The work ended with one.</exception>
    internal static IReadOnlyList<RewrittenCall> Read(string text)
    {
        var answer = JsonSerializer.Deserialize<IsolatedAnswer>(text)!;
        return answer.Error is null ? answer.Calls : throw new GuestLoadException(answer.Error, answer.Errors);
    }
}
