using Internal.Runtime;

namespace System;

/// <summary>Root of all classes. The compiler lays out the method-table pointer as the first word of every object.</summary>
public unsafe class Object
{
    internal MethodTable* m_pEEType;

    public Object()
    {
    }

    public virtual bool Equals(object other) => (object)this == other;

    public virtual int GetHashCode() => 0;

    public static bool ReferenceEquals(object left, object right) => left == right;
}
