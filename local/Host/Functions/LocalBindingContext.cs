using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Local.Functions;

/// <summary>What the trigger knows: the values of the route.</summary>
internal sealed class LocalBindingContext(RouteValueDictionary route) : BindingContext
{
    public override IReadOnlyDictionary<string, object?> BindingData => route;
}
