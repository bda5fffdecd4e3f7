namespace Microsoft.Azure.Functions.Worker.OutputBindings;

/// <summary>Which output bindings a function has. There are none here; <c>IFunctionBindingsFeature</c> names the type.</summary>
internal abstract class OutputBindingsInfo;
