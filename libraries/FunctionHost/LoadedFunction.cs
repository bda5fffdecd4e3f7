using System.Text.Json;
using Gatehouse.FunctionHost.Protocol;

namespace Gatehouse.FunctionHost;

/// <summary>A function that the worker has loaded.</summary>
/// <param name="Id">The id by which the worker knows it.</param>
/// <param name="Name">The name of its <c>[Function]</c> attribute.</param>
/// <param name="Trigger">The binding that triggers it.</param>
/// <param name="HttpOutput">
/// The name of the output that is the HTTP answer: <c>$return</c>, or the property of several outputs that has the type
/// HttpResponseData or <c>[HttpResult]</c>. Null when the function declares no such output.
/// </param>
internal sealed record LoadedFunction(string Id, string Name, JsonElement Trigger, string? HttpOutput)
{
    /// <summary>The name of the parameter that the trigger binds.</summary>
    public string TriggerName => NameOf(Trigger);

    public bool IsHttp => IsTriggeredBy("httpTrigger");

    public bool IsTimer => IsTriggeredBy("timerTrigger");

    /// <summary>The route below the prefix; the function's name unless it states one.</summary>
    public string Route => Trigger.TryGetProperty("route", out var route) && route.GetString() is { } text ? text : Name;

    /// <summary>The methods that the route takes; empty for all.</summary>
    public string[] Methods => Trigger.TryGetProperty("methods", out var methods) && methods.ValueKind == JsonValueKind.Array
        ? [.. methods.EnumerateArray().Select(static method => method.GetString()!.ToUpperInvariant())]
        : [];

    /// <exception cref="InvalidOperationException">The function has no trigger.</exception>
    public static LoadedFunction Create(RpcFunctionMetadata metadata)
    {
        var bindings = metadata.RawBindings.Select(static binding => JsonElement.Parse(binding)).ToArray();
        var output = bindings.FirstOrDefault(static binding => TypeOf(binding).Equals("http", StringComparison.OrdinalIgnoreCase));
        var trigger = bindings.FirstOrDefault(static binding => TypeOf(binding).EndsWith("Trigger", StringComparison.OrdinalIgnoreCase));
        return trigger.ValueKind == JsonValueKind.Object
            ? new LoadedFunction(metadata.FunctionId, metadata.Name, trigger, output.ValueKind == JsonValueKind.Object ? NameOf(output) : null)
            : throw new InvalidOperationException($"The function {metadata.Name} has no trigger.");
    }

    private static string NameOf(JsonElement binding) => binding.GetProperty("name").GetString()!;

    private static string TypeOf(JsonElement binding) => binding.GetProperty("type").GetString() ?? "";

    private bool IsTriggeredBy(string type) => TypeOf(Trigger).Equals(type, StringComparison.OrdinalIgnoreCase);
}
