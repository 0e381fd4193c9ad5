namespace System.Runtime.CompilerServices;

/// <summary>netstandard2.0 lacks this type; the compiler needs it for records.</summary>
internal static class IsExternalInit
{
}
