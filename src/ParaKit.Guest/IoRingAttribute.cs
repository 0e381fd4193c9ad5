using System;

namespace ParaKit.Guest;

/// <summary>
/// Makes the partial type a ring between a front end and a back end: nested types <c>FrontEnd</c> and <c>BackEnd</c> with the index and
/// event protocol of Xen public/io/ring.h. Request and response are structs without references and with a defined layout.
/// </summary>
/// <param name="request">What the front end puts into a slot.</param>
/// <param name="response">What the back end puts into the slot of a request that it has taken.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class IoRingAttribute(Type request, Type response) : Attribute
{
    /// <summary>What the front end puts into a slot.</summary>
    public Type Request { get; } = request;

    /// <summary>What the back end puts into the slot of a request that it has taken.</summary>
    public Type Response { get; } = response;
}
