using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Local.Functions;

/// <summary>One invocation of a function by an HTTP request.</summary>
internal sealed class LocalFunctionContext : FunctionContext
{
    private readonly HttpContext _http;
    private readonly LocalFunction _function;
    private readonly BindingsFeatureProxy _bindings;
    private IServiceProvider? _services;
    private IDictionary<object, object>? _items;
    private string? _invocationId;
    private LocalBindingContext? _binding;
    private LocalTraceContext? _trace;

    public LocalFunctionContext(HttpContext http, Uri url, LocalFunction function)
    {
        _http = http;
        _function = function;
        Request = new LocalHttpRequestData(this, http.Request, url);
        var features = new InvocationFeatures(http);
        _bindings = BindingsFeatureProxy.Create();
        features.Put(BindingsFeatureProxy.FeatureType, _bindings);
        features.Set<IHttpRequestDataFeature>(new LocalHttpRequestDataFeature(Request));
        Features = features;
    }

    /// <summary>The request that triggered the function.</summary>
    public LocalHttpRequestData Request { get; }

    /// <summary>The answer of the function or of a middleware; null for none.</summary>
    public object? Result => _bindings.Result;

    public override string InvocationId => _invocationId ??= Guid.NewGuid().ToString();

    public override string FunctionId => _function.Definition.Id;

    public override TraceContext TraceContext => _trace ??= new LocalTraceContext(_http.Request);

    public override BindingContext BindingContext => _binding ??= new LocalBindingContext(_http.Request.RouteValues);

    public override RetryContext RetryContext => LocalRetryContext.Instance;

    public override IServiceProvider InstanceServices
    {
        get => _services ?? _http.RequestServices;
        set => _services = value;
    }

    public override FunctionDefinition FunctionDefinition => _function.Definition;

    public override IDictionary<object, object> Items
    {
        get => _items ??= new Dictionary<object, object>();
        set => _items = value;
    }

    public override IInvocationFeatures Features { get; }

    public override CancellationToken CancellationToken => _http.RequestAborted;

    /// <summary>The end of the pipeline: runs the function and keeps its result.</summary>
    public async Task ExecuteAsync() => _bindings.Result = await _function.InvokeAsync(this);
}

/// <summary>The data of the trigger: the values of the route.</summary>
internal sealed class LocalBindingContext(RouteValueDictionary route) : BindingContext
{
    public override IReadOnlyDictionary<string, object?> BindingData => route;
}

/// <summary>The trace of an invocation: the caller's, if it sent a valid <c>traceparent</c> (W3C Trace Context). Otherwise the app begins one.</summary>
internal sealed class LocalTraceContext : TraceContext
{
    public LocalTraceContext(HttpRequest request)
    {
        var parent = request.Headers.TraceParent.ToString();
        if (ActivityContext.TryParse(parent, null, out _))
        {
            TraceParent = parent;
            TraceState = request.Headers.TraceState.ToString();
        }
    }

    public override string TraceParent { get; } = "";

    public override string TraceState { get; } = "";
}

/// <summary>The Functions host never repeats an HTTP request.</summary>
internal sealed class LocalRetryContext : RetryContext
{
    public static readonly LocalRetryContext Instance = new();

    public override int RetryCount => 0;

    public override int MaxRetryCount => 0;
}
