using System.Reflection;

namespace Gatehouse.Protection.Http;

/// <summary>An assembly whose functions belong to the app. Registered as a service, once for each assembly.</summary>
internal sealed record FunctionAssembly(Assembly Assembly);
