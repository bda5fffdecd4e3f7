using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Local.Functions;

/// <summary>Creates the class of a function from the services, binds the parameters of its method and calls it.</summary>
internal sealed class FunctionInvoker
{
    private readonly MethodInvoker _method;
    private readonly ConstructorInvoker? _constructor;
    private readonly Type[] _dependencies = [];
    private readonly Func<LocalFunctionContext, object?>[] _binders;
    private readonly Func<object?, Task<object?>> _unwrap;

    /// <exception cref="InvalidOperationException">A parameter or the result is of a type that can't be bound here, or the class does not have exactly one public constructor.</exception>
    public FunctionInvoker(string name, MethodInfo method, RoutePattern route)
    {
        _method = MethodInvoker.Create(method);
        if (!method.IsStatic)
        {
            // Not ActivatorUtilities.CreateFactory: it compiles an expression tree, one for each function at the start.
            var constructor = method.DeclaringType!.GetConstructors() is [var only]
                ? only
                : throw new InvalidOperationException($"The class {method.DeclaringType.Name} of the function {name} must have exactly one public constructor.");
            _constructor = ConstructorInvoker.Create(constructor);
            _dependencies = [.. constructor.GetParameters().Select(static parameter => parameter.ParameterType)];
        }

        _binders = [.. method.GetParameters().Select(parameter => CreateBinder(name, parameter, route))];
        _unwrap = CreateUnwrapper(name, method.ReturnType);
    }

    /// <returns>The awaited result of the method; null for none.</returns>
    public Task<object?> InvokeAsync(LocalFunctionContext context)
    {
        var arguments = new object?[_binders.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = _binders[i](context);
        }

        return _unwrap(_method.Invoke(CreateInstance(context.InstanceServices), arguments.AsSpan()));
    }

    private static Func<LocalFunctionContext, object?> CreateBinder(string function, ParameterInfo parameter, RoutePattern route)
    {
        if (parameter.ParameterType == typeof(HttpRequestData))
        {
            return static context => context.Request;
        }

        if (parameter.ParameterType == typeof(FunctionContext))
        {
            return static context => context;
        }

        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return static context => context.CancellationToken;
        }

        var name = parameter.Name!;
        return parameter.ParameterType == typeof(string) && route.GetParameter(name) is not null
            ? context => context.BindingContext.BindingData.GetValueOrDefault(name)
            : throw new InvalidOperationException(
                $"The parameter {name} of the function {function} can't be bound here: use HttpRequestData, FunctionContext, CancellationToken, or a string that is in the route.");
    }

    private static Func<object?, Task<object?>> CreateUnwrapper(string function, Type type)
    {
        if (type == typeof(Task<HttpResponseData>))
        {
            return static async result => await (Task<HttpResponseData>)result!;
        }

        if (type == typeof(ValueTask<HttpResponseData>))
        {
            return static async result => await (ValueTask<HttpResponseData>)result!;
        }

        if (type == typeof(HttpResponseData) || type == typeof(void))
        {
            return Task.FromResult;
        }

        if (type == typeof(Task))
        {
            return static async result =>
            {
                await (Task)result!;
                return null;
            };
        }

        throw new InvalidOperationException($"The function {function} returns {type.Name}: return an HttpResponseData, so that middleware can refuse a request in its place.");
    }

    private object? CreateInstance(IServiceProvider services)
    {
        if (_constructor is null)
        {
            return null;
        }

        var dependencies = new object?[_dependencies.Length];
        for (var i = 0; i < dependencies.Length; i++)
        {
            dependencies[i] = services.GetRequiredService(_dependencies[i]);
        }

        return _constructor.Invoke(dependencies.AsSpan());
    }
}
