namespace Gatehouse.Tests.Integration.Tables;

/// <summary>What may happen to a request on its way to the storage, or to the answer on its way back.</summary>
public enum StorageFault
{
    /// <summary>The connection breaks before the storage has seen the request.</summary>
    ResetBefore,

    /// <summary>The storage carries the request out, and the connection breaks before its answer.</summary>
    ResetAfter,

    /// <summary>The storage carries the request out, and the connection breaks in the middle of its answer.</summary>
    Truncated,

    /// <summary>500.</summary>
    InternalError,

    /// <summary>503, come back at once.</summary>
    ServerBusy,

    /// <summary>429.</summary>
    TooManyRequests,
}
