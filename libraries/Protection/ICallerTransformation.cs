using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Protection;

/// <summary>
/// Changes the caller after its token was verified and before the access rule is checked, for example to add roles from a
/// database. Register it as a singleton; several run in the order of their registration.
/// </summary>
public interface ICallerTransformation
{
    /// <summary>Changes a caller.</summary>
    /// <param name="caller">The caller that the token describes.</param>
    /// <param name="context">The context of the invocation.</param>
    /// <returns>The caller to go on with.</returns>
    ValueTask<Caller> TransformAsync(Caller caller, FunctionContext context);
}
